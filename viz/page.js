// What Gradio's components do not do by themselves: a slider over token budgets, cards with words and places to choose.
window.fmvr = {
  // A range over the stops of `props.stops`; `change` comes once, when the thumb is let go or an arrow key pressed.
  budget(element, props, trigger, watch) {
    const range = element.querySelector('input'), count = element.querySelector('output b');
    const stops = [...element.querySelectorAll('li')];
    const show = () => {
      const tokens = props.stops[range.value];
      count.textContent = tokens;
      range.setAttribute('aria-valuetext', tokens + ' visual tokens');
      stops.forEach((stop, i) => stop.classList.toggle('now', i == range.value));
    };
    range.addEventListener('input', show);
    range.addEventListener('change', () => { props.value = props.stops[range.value]; trigger('release'); });
    stops.forEach((stop, i) => stop.addEventListener('click', () => {
      range.value = i; range.dispatchEvent(new Event('input')); range.dispatchEvent(new Event('change'));
    }));
    watch('value', () => { range.value = props.stops.indexOf(props.value); show(); });
    show();
  },

  // Words and places on the maps; arrow keys move over a map's 24×24 places, Enter chooses one.
  answers(element, trigger) {
    const SIDE = 24;
    const choose = (map, row, column) => trigger('select', { row, column });
    const cursor = (map) => (map.dataset.at || '12,12').split(',').map(Number);
    element.addEventListener('click', (event) => {
      const word = event.target.closest('[data-word]'), map = event.target.closest('button.map');
      if (word) trigger('select', { side: word.dataset.side, word: Number(word.dataset.word) });
      else if (map && event.detail) {
        const at = map.getBoundingClientRect();
        const cell = (x, size) => Math.min(SIDE - 1, Math.max(0, Math.floor(SIDE * x / size)));
        choose(map, cell(event.clientY - at.top, at.height), cell(event.clientX - at.left, at.width));
      } else if (map) choose(map, ...cursor(map));
    });
    element.addEventListener('keydown', (event) => {
      const map = event.target.closest('button.map');
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!map || !step) return;
      event.preventDefault();
      const at = cursor(map).map((place, i) => Math.min(SIDE - 1, Math.max(0, place + step[i])));
      map.dataset.at = at;
      map.style.setProperty('--row', at[0]);
      map.style.setProperty('--column', at[1]);
    });
  },
};
