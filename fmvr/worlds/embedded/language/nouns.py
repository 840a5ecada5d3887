"""The nouns of the world as people say them: plurals, synonyms, categories, and the colours of things."""

from fmvr.worlds.embedded.catalog import NOUNS, NUMBER, SHAPES, THINGS, WORD
from fmvr.worlds.embedded.language.program import THING
from fmvr.worlds.scenes.catalog import PLURAL as FIRST_PLURAL


def words(text: str) -> tuple[str, ...]:
    """Words separated by spaces: how tables of them are written down."""
    return tuple(text.split())


# noun: other ways to say it, singular:plural; where no plural is given, an s is put behind
_SYNONYMS = {
    "cat": "kitty:kitties kitten",
    "dog": "puppy:puppies doggy:doggies",
    "pig": "piggy:piggies piglet",
    "frog": "toad",
    "panda": "panda_bear",
    "butterfly": "",
    "bee": "bumblebee honeybee",
    "turtle": "tortoise",
    "fish": "tropical_fish:tropical_fish",
    "pizza": "slice_of_pizza:slices_of_pizza pizza_slice",
    "hamburger": "burger cheeseburger",
    "donut": "doughnut",
    "cake": "piece_of_cake:pieces_of_cake slice_of_cake:slices_of_cake",
    "mushroom": "toadstool",
    "car": "automobile",
    "bicycle": "bike cycle",
    "rocket": "spaceship space_rocket",
    "boat": "sailboat sailing_boat ship",
    "train": "locomotive steam_train",
    "house": "home",
    "umbrella": "parasol",
    "clock": "alarm_clock",
    "gift": "present gift_box:gift_boxes",
    "hat": "top_hat",
    "shoe": "sneaker",
    "ball": "football soccer_ball",
    "flower": "sunflower",
    "cactus": "",
    "moon": "crescent crescent_moon",
    "snowman": "",
    "diamond": "rhombus:rhombuses lozenge",
    "ring": "",
    "circle": "disc disk",
    "camera": "photo_camera",
    "octopus": "",
    "sign": "signboard",
    "word": "",
    "number": "figure",
    THING: "object item",
}
_MORE_PLURALS = {"fish": "fishes", "cactus": "cacti", "octopus": "octopi", "snowman": "snowmans"}
# Nouns of things that are never there, so that somebody may ask for them.
OTHERS = words(
    "elephant lion tiger horse cow goat duck chicken rabbit monkey giraffe zebra snake spider shark whale dolphin "
    "camel crocodile squirrel pear peach cherry grape melon coconut potato onion sandwich candle truck airplane "
    "helicopter motorcycle tractor tank sofa chair bed lamp cup bottle spoon fork phone computer laptop "
    "television pencil hammer piano violin drum sword robot ghost dragon unicorn person man woman child girl boy "
    "king doctor hexagon pyramid cube star heart castle bridge church tower volcano pumpkin cookie pretzel "
    "avocado tent scooter submarine ladder basket broom mirror pillow shirt sock glove scarf belt necklace "
    "kangaroo koala flamingo parrot eagle swan hedgehog raccoon dinosaur mermaid astronaut pirate"
)
_OTHER_PLURALS = (
    {"person": "people", "man": "men", "woman": "women", "child": "children", "cherry": "cherries"}
    | {n: n + "es" for n in ("peach", "sandwich", "potato", "church", "volcano")}
    | {"scarf": "scarves"}
)
_WRITTEN = {WORD: "words", NUMBER: "numbers"}

# category: its plural, who belongs, who is in dispute (not asked for where one of these is there)
_CATEGORIES = {
    "animal": (
        "animals",
        "cat dog pig frog panda owl fish butterfly bee turtle penguin octopus",
        "",
        "creature critter beast",
    ),
    "bird": ("birds", "owl penguin", "", ""),
    "insect": ("insects", "butterfly bee", "", "bug"),
    "fruit": ("fruits", "apple banana strawberry pineapple lemon", "tomato", "piece_of_fruit:pieces_of_fruit"),
    "vegetable": ("vegetables", "carrot", "tomato mushroom", "veggie"),
    "food": (
        "foods",
        "apple banana strawberry pineapple carrot pizza hamburger donut cake mushroom lemon tomato",
        "fish",
        "food_item edible_thing thing_to_eat:things_to_eat",
    ),
    "vehicle": ("vehicles", "car bus bicycle boat train", "rocket", ""),
    "plant": (
        "plants",
        "tree flower cactus",
        "mushroom " + "apple banana strawberry pineapple carrot lemon tomato",
        "",
    ),
    "shape": ("shapes", " ".join(SHAPES), "moon", "geometric_shape"),
}
CATEGORIES = {
    name: (frozenset(sure.split()), frozenset(disputed.split())) for name, (_, sure, disputed, _) in _CATEGORIES.items()
}
CATEGORIES_OF = {n: tuple(c for c, (sure, _) in CATEGORIES.items() if n in sure) for n in NOUNS}

PLURAL = {**FIRST_PLURAL, "fish": "fish", **_WRITTEN, THING: "things"} | {c: p for c, (p, *_) in _CATEGORIES.items()}
PLURAL |= {n: _OTHER_PLURALS.get(n, n + "s") for n in OTHERS}
KINDS = tuple(PLURAL)  # every noun and category, and `thing`


def _ways(kind: str) -> tuple[list[str], list[str]]:
    """A kind's singulars and plurals, the usual one first."""
    one, many = [kind], [PLURAL[kind]]
    if kind in _MORE_PLURALS:
        many.append(_MORE_PLURALS[kind])
    for way in (_SYNONYMS.get(kind, "") or _CATEGORIES.get(kind, ("",) * 4)[3]).split():
        single, _, plural = way.partition(":")
        one.append(single.replace("_", " "))
        many.append((plural or single + "s").replace("_", " "))
    return one, many


SINGULARS = {kind: tuple(_ways(kind)[0]) for kind in KINDS}
PLURALS = {kind: tuple(_ways(kind)[1]) for kind in KINDS}

# What a way to say it means: (its kind, whether it is a plural); both, for `fish`.
MEANINGS: dict[tuple[str, ...], tuple[tuple[str, bool], ...]] = {}
for _kind in KINDS:
    for _many, _table in ((False, SINGULARS), (True, PLURALS)):
        for _way in _table[_kind]:
            _key = tuple(_way.split())
            MEANINGS[_key] = (*MEANINGS.get(_key, ()), (_kind, _many))

THING_NOUNS = frozenset(THINGS)
LONGEST = max(map(len, MEANINGS))


def article(phrase: str) -> str:
    """`a` or `an`, as English wants it before a phrase."""
    return "an" if phrase[0] in "aeiou" and not phrase.startswith(("one", "uni")) else "a"


# The colour that every thing of a noun is drawn in, as most people would say it; several where it has several. Nouns
# that are left out are not asked for: people would not agree.
DRAWN_IN = {
    "red": "apple strawberry tomato car guitar clock book balloon",
    "yellow": "banana lemon key moon crown cat flower",
    "green": "frog turtle cactus tree",
    "blue": "shoe",
    "white": "snowman house",
    "black": "hat",
    "pink": "pig octopus",
    "brown": "owl hamburger donut",
    "purple": "umbrella",
    "grey": "camera",
    "orange": "carrot",
    "black and white": "panda penguin ball",
    "white and brown": "dog",
    "blue and grey": "bus bicycle",
    "grey and red": "rocket",
    "orange and white": "boat cake",
    "green and red": "train",
    "yellow and red": "gift pizza",
    "yellow and green": "pineapple",
    "yellow and black": "bee fish",
    "red and white": "mushroom",
    "orange and black": "butterfly",
}
COLOUR_OF = {noun: colour for colour, nouns in DRAWN_IN.items() for noun in nouns.split()}
