"""What can be seen in the embedded world: things, shapes, colours, signs, backgrounds."""

THINGS = {
    # noun: (plural, code point in Noto Color Emoji)
    "cat": ("cats", "🐱"),
    "dog": ("dogs", "🐶"),
    "pig": ("pigs", "🐷"),
    "frog": ("frogs", "🐸"),
    "panda": ("pandas", "🐼"),
    "owl": ("owls", "🦉"),
    "fish": ("fishes", "🐠"),
    "butterfly": ("butterflies", "🦋"),
    "bee": ("bees", "🐝"),
    "turtle": ("turtles", "🐢"),
    "penguin": ("penguins", "🐧"),
    "octopus": ("octopuses", "🐙"),
    "apple": ("apples", "🍎"),
    "banana": ("bananas", "🍌"),
    "strawberry": ("strawberries", "🍓"),
    "pineapple": ("pineapples", "🍍"),
    "carrot": ("carrots", "🥕"),
    "pizza": ("pizzas", "🍕"),
    "hamburger": ("hamburgers", "🍔"),
    "donut": ("donuts", "🍩"),
    "cake": ("cakes", "🍰"),
    "mushroom": ("mushrooms", "🍄"),
    "lemon": ("lemons", "🍋"),
    "tomato": ("tomatoes", "🍅"),
    "car": ("cars", "🚗"),
    "bus": ("buses", "🚌"),
    "bicycle": ("bicycles", "🚲"),
    "rocket": ("rockets", "🚀"),
    "boat": ("boats", "⛵"),
    "train": ("trains", "🚂"),
    "house": ("houses", "🏠"),
    "umbrella": ("umbrellas", "☔"),
    "guitar": ("guitars", "🎸"),
    "clock": ("clocks", "⏰"),
    "key": ("keys", "🔑"),
    "book": ("books", "📕"),
    "balloon": ("balloons", "🎈"),
    "gift": ("gifts", "🎁"),
    "crown": ("crowns", "👑"),
    "hat": ("hats", "🎩"),
    "shoe": ("shoes", "👟"),
    "ball": ("balls", "⚽"),
    "camera": ("cameras", "📷"),
    "tree": ("trees", "🌳"),
    "flower": ("flowers", "🌻"),
    "cactus": ("cactuses", "🌵"),
    "moon": ("moons", "🌙"),
    "snowman": ("snowmen", "⛄"),
}

SHAPES = {
    "circle": "circles",
    "square": "squares",
    "triangle": "triangles",
    "diamond": "diamonds",
    "ring": "rings",
}

SIGN = "sign"

NOUNS = [*THINGS, *SHAPES, SIGN]
PLURAL = {n: p for n, (p, _) in THINGS.items()} | SHAPES | {SIGN: "signs"}
SINGULAR = {p: n for n, p in PLURAL.items()}

COLOURS = {
    # name: RGB
    "red": (214, 40, 40),
    "yellow": (247, 200, 30),
    "green": (46, 150, 70),
    "blue": (40, 90, 210),
    "purple": (140, 60, 170),
    "white": (245, 245, 245),
    "black": (25, 25, 25),
}

# Never drawn in training or validation scenes, so that tests can ask about combinations nobody trained on.
TEST_ONLY_COMBINATIONS = {
    ("green", "ring"),
    ("purple", "square"),
    ("yellow", "diamond"),
    ("blue", "triangle"),
    ("red", "circle"),
}


def article(noun: str) -> str:
    """`a` or `an`, as English wants it before `noun`."""
    return "an" if noun[0] in "aeiou" else "a"
