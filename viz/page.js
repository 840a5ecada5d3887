// What Gradio's components do not do by themselves: a slider over token budgets, cards with words and places to choose.
window.fmvr = {
  // The example pictures are buttons without a word, and a plot's own label is hidden: give each a name.
  names() {
    document.querySelectorAll('.examples .gallery-item:not([aria-label])').forEach((item, i) =>
      item.setAttribute('aria-label', `Example picture ${i + 1}`));
    document.querySelectorAll('.js-plotly-plot:not([aria-label])').forEach((plot) => {
      plot.setAttribute('role', 'figure');
      plot.setAttribute('aria-label', plot.closest('.block').querySelector('[data-testid=block-label]').textContent.trim());
    });
  },

  // A range over the stops of `props.stops`; `change` comes once, when the thumb is let go or an arrow key pressed.
  budget(element, props, trigger, watch) {
    const range = element.querySelector('input'), count = element.querySelector('output b');
    const stops = [...element.querySelectorAll('li')];
    const show = () => {
      const tokens = props.stops[range.value];
      const noun = tokens == 1 ? 'token' : 'tokens';
      count.textContent = tokens;
      element.querySelector('output span').textContent = noun;
      range.setAttribute('aria-valuetext', `${tokens} visual ${noun}`);
      stops.forEach((stop, i) => stop.classList.toggle('now', i == range.value));
      fmvr.stage();
    };
    range.addEventListener('input', show);
    range.addEventListener('change', () => { props.value = props.stops[range.value]; trigger('release'); });
    stops.forEach((stop, i) => stop.addEventListener('click', () => {
      range.value = i; range.dispatchEvent(new Event('input')); range.dispatchEvent(new Event('change'));
    }));
    watch('value', () => { range.value = props.stops.indexOf(props.value); show(); });
    show();
  },

  // What the budget on the slider leaves: of the work, as a bar, and of the picture, drawn over it. The same for a visitor
  // who is still dragging; shares and turns stand in the story.
  stage() {
    const budget = document.querySelector('.budget'), story = document.querySelector('.story[data-shares]');
    if (!budget || !story) return;
    const tokens = budget.querySelector('output b').textContent, share = JSON.parse(story.dataset.shares)[tokens];
    const mark = document.querySelector('.flips'), asked = document.querySelector('.asked')?.textContent.trim();
    const flips = mark?.dataset.asked === asked ? JSON.parse(mark.dataset.flips).map(String) : [];
    if (budget.dataset.share !== String(share)) {
      budget.dataset.share = share;
      budget.querySelector('.work i').style.setProperty('--share', 100 * share + '%');
      budget.querySelector('.work span').textContent = `${share < 0.01 ? '< 1' : Math.round(100 * share)} % of the work`;
    }
    budget.querySelectorAll('li').forEach((stop) => {
      if (stop.classList.toggle('flip', flips.includes(stop.textContent))) stop.title = 'An answer changes here';
    });
    fmvr.dissolve(Math.sqrt(tokens));
  },

  // The picture with the detail that so many tokens a side could hold, if each held one patch's, and their grid over it.
  dissolve(side) {
    const picture = document.querySelector('.picture .image-frame img'), patch = 14, least = 672;
    if (!picture?.naturalWidth) return picture?.addEventListener('load', () => fmvr.dissolve(side), { once: true });
    const key = [side, picture.src].join(), canvas = picture.parentNode.querySelector('canvas') ?? document.createElement('canvas');
    if (canvas.dataset.key === key) return;
    canvas.dataset.key = key;
    const { naturalWidth: width, naturalHeight: height } = picture, seen = Math.min(width, height), scale = least / seen;
    Object.assign(canvas, { width: width * scale, height: height * scale });
    const left = (canvas.width - least) / 2, top = (canvas.height - least) / 2, paper = canvas.getContext('2d');
    const small = new OffscreenCanvas(side * patch, side * patch), pencil = small.getContext('2d');
    pencil.imageSmoothingQuality = paper.imageSmoothingQuality = 'high';
    pencil.drawImage(picture, (width - seen) / 2, (height - seen) / 2, seen, seen, 0, 0, small.width, small.height);
    paper.drawImage(small, left, top, least, least);
    paper.strokeStyle = 'rgb(255 255 255 / 0.45)';
    for (let line = 1; line < side; line++) {
      const at = (line * least) / side;
      paper.moveTo(left + at, top), paper.lineTo(left + at, top + least);
      paper.moveTo(left, top + at), paper.lineTo(left + least, top + at);
    }
    paper.stroke();
    picture.parentNode.append(canvas);
    picture.closest('.image-frame').dataset.label = `illustration: the detail of ${side * side} patch${side > 1 ? 'es' : ''}`;
  },

  // The address bar: what stands behind its # goes to the server once the page is there, and follows what is shown.
  address(props, trigger, watch) {
    const arrive = () => { if (location.hash.length > 1) { props.value = location.hash; trigger('submit'); } };
    const tab = (hash) => new URLSearchParams(hash.slice(1)).get('tab');
    watch('value', () => {  // each tab is a page of the browser's history
      const here = props.value || location.pathname + location.search;
      if (here === location.hash) return;
      const another = location.hash && tab(here) !== tab(location.hash);
      history[another ? 'pushState' : 'replaceState'](null, '', here);
    });
    window.addEventListener('hashchange', arrive);
    arrive();
  },

  // A link's fragment, made a whole address.
  whole(link) {
    return link && link.startsWith('#') ? location.origin + location.pathname + link : link;
  },

  // Words, and places on the maps.
  answers(element, trigger) {
    element.addEventListener('click', (event) => {
      const word = event.target.closest('[data-word]');
      if (word) trigger('select', { arm: word.dataset.arm, word: Number(word.dataset.word) });
    });
    fmvr.places(element, trigger);
  },

  // The arena's entries.
  entries(element, trigger) {
    element.addEventListener('click', (event) => {
      const entry = event.target.closest('[data-reducer]');
      if (entry) trigger('select', { reducer: entry.dataset.reducer });
    });
  },

  // Pictures (`button.map`) whose places can be chosen, `data-places` a side: by a click, or by arrow keys and Enter.
  // Where a grid of `data-grid` a side lies beneath, the row and column are those of its cell in the place's middle.
  places(element, trigger) {
    const size = (map) => Number(map.dataset.places);
    const cursor = (map) => map.dataset.at?.split(',').map(Number) ?? [0, 1].map(() => Math.floor(size(map) / 2));
    const within = (map, place) => Math.min(size(map) - 1, Math.max(0, Math.floor(place)));
    const move = (map, at) => {
      map.dataset.at = at;
      map.style.setProperty('--row', at[0]);
      map.style.setProperty('--column', at[1]);
    };
    let held = -1;  // the picture whose place was chosen by key: it keeps the focus when it is drawn anew
    new MutationObserver(() => {
      const map = element.querySelectorAll('button.map')[held];
      if (map && document.activeElement === document.body) map.focus();
    }).observe(element, { childList: true, subtree: true });
    element.addEventListener('click', (event) => {
      const map = event.target.closest('button.map');
      if (!map) return;
      held = event.detail ? -1 : [...element.querySelectorAll('button.map')].indexOf(map);
      const box = map.getBoundingClientRect();
      const at = event.detail
        ? [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width].map((x) => within(map, size(map) * x))
        : cursor(map);
      const [row, column] = at.map((place) => Math.floor((place + 0.5) * (map.dataset.grid ?? size(map)) / size(map)));
      trigger('select', { row, column });
    });
    element.addEventListener('keydown', (event) => {
      const map = event.target.closest('button.map');
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!map || !step) return;
      event.preventDefault();
      move(map, cursor(map).map((place, i) => within(map, place + step[i])));
    });
  },
};
new MutationObserver(() => (fmvr.names(), fmvr.stage())).observe(document, { childList: true, subtree: true });
// Gradio's sliders are let go by the pointer alone; a key lets them go, too.
document.addEventListener('keyup', (event) => {
  if (event.target.matches('.sheet input[type=range]')) event.target.dispatchEvent(new Event('pointerup', { bubbles: true }));
});
