"""What can be seen in the embedded world: the first edition's things, shapes and colours, and words to read."""

from fmvr.worlds.scenes.catalog import COLOURS, NOUNS, SHAPES, SIGN, TEST_ONLY_COMBINATIONS, THINGS

__all__ = ["COLOURS", "NOUNS", "SHAPES", "SIGN", "TEST_ONLY_COMBINATIONS", "THINGS"]

WORD, NUMBER = "word", "number"  # nouns of texts: written on the ground itself

# Three to nine letters each, in lower case; what lists, labels, boards and signs say.
VOCABULARY = {
    "food": (
        "bread milk butter cheese eggs rice pasta soup salad fish ham beef chicken apple pear plum peach cherry grape "
        "lemon orange melon banana tomato potato onion carrot garlic pepper salt sugar flour honey jam cake pie donut "
        "cookie pizza burger sandwich toast bacon sausage noodles beans nuts olive mushroom spinach cabbage pumpkin "
        "coconut pineapple yogurt cream chocolate candy waffle pancake muffin steak shrimp"
    ),
    "drink": "water juice tea coffee cocoa beer wine cola lemonade smoothie espresso latte soda cider",
    "city": (
        "paris london berlin rome madrid vienna prague dublin oslo lisbon athens warsaw zurich geneva milan venice "
        "munich hamburg cologne lyon tokyo delhi cairo lima boston chicago dallas denver miami seattle toronto sydney "
        "dubai moscow kyiv bern ghent porto seville naples turin basel krakow helsinki stockholm budapest amsterdam "
        "brussels"
    ),
    "month": "january february march april may june july august september october november december",
    "weekday": "monday tuesday wednesday thursday friday saturday sunday",
    "sign": (
        "stop exit enter open closed push pull danger caution warning private parking taxi station airport hotel "
        "museum library school hospital police market bakery pharmacy cinema theatre garden park beach harbour bridge "
        "street road lane north south east west left right platform gate tickets elevator stairs toilet entrance wait "
        "slow quiet please keep clean office reception"
    ),
    "shop": (
        "sale price total cash card free new fresh hot cold sweet small medium large menu lunch dinner breakfast "
        "special offer half dozen bottle box bag cup plate spoon soap paper pencil lamp chair table carpet mirror "
        "candle basket ribbon towel pillow blanket jacket shirt dress shoes gloves scarf boots socks"
    ),
    "nature": (
        "sun moon star cloud rain snow wind storm river lake ocean island forest mountain desert flower tree grass "
        "leaf stone fire ice earth valley"
    ),
    "animal": "dog cat horse cow sheep goat duck goose rabbit mouse tiger lion bear wolf fox eagle whale dolphin zebra",
    "verb": "buy sell eat drink read write walk run swim dance sing play sleep travel ask call pay send turn look",
    "colour": "red blue green yellow purple white black brown pink grey silver golden",
    "thing": "train bus car boat ticket window door house clock radio camera guitar piano letter book map key ball",
}
VOCABULARY = {kind: tuple(words.split()) for kind, words in VOCABULARY.items()}
WORDS = tuple(sorted({word for words in VOCABULARY.values() for word in words}))
