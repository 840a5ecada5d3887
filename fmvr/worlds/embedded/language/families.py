"""The families of questions: which program each asks, how it is worded and how it is drawn from a picture."""

from functools import cache

from fmvr.worlds.embedded.catalog import NUMBER, WORD
from fmvr.worlds.embedded.language import draws_cells as cells
from fmvr.worlds.embedded.language import draws_checks as checks
from fmvr.worlds.embedded.language import draws_clips as clips
from fmvr.worlds.embedded.language import draws_more as more
from fmvr.worlds.embedded.language import draws_order as order
from fmvr.worlds.embedded.language import draws_places as places
from fmvr.worlds.embedded.language import draws_things as things
from fmvr.worlds.embedded.language import program, wordings_cannot
from fmvr.worlds.embedded.language import wordings_between as in_between
from fmvr.worlds.embedded.language import wordings_cells as in_cells
from fmvr.worlds.embedded.language import wordings_checks as in_checks
from fmvr.worlds.embedded.language import wordings_clips as in_clips
from fmvr.worlds.embedded.language import wordings_counts as in_counts
from fmvr.worlds.embedded.language import wordings_lists as in_lists
from fmvr.worlds.embedded.language import wordings_more as in_more
from fmvr.worlds.embedded.language import wordings_numbers as in_numbers
from fmvr.worlds.embedded.language import wordings_order as in_order
from fmvr.worlds.embedded.language import wordings_places as in_places
from fmvr.worlds.embedded.language import wordings_text as in_text
from fmvr.worlds.embedded.language import wordings_things as in_words
from fmvr.worlds.embedded.language.family import Family, located, spread
from fmvr.worlds.embedded.language.nouns import CATEGORIES
from fmvr.worlds.embedded.language.program import THING, Program

_TEXTS = ["{text}", "the word {text:word}", "the number {text:number}"]
_LINES = ["{row:row}", "{column:column}"]
_written = {WORD, NUMBER}


def _is_thing(asked) -> bool:
    return asked.x.kind not in _written


def _is_writing(asked) -> bool:
    return asked.x.kind in _written


def _is_unread(asked) -> bool:
    return _is_writing(asked) and asked.x.text is None


def _is_category(asked) -> bool:
    return asked.x.kind in CATEGORIES or asked.x.kind == THING and asked.x.colour is not None


FAMILIES = {
    family.name: family
    for family in (
        Family("existence", program.Exist, in_words.EXISTENCE, things.existence, holds=lambda p: not _is_category(p)),
        Family("category existence", program.Exist, in_words.EXISTENCE, things.category_existence, holds=_is_category),
        Family(
            "count",
            program.Count,
            in_counts.COUNT,
            things.count,
            holds=lambda p: not _is_category(p) and p.x.kind != THING,
        ),
        Family("category count", program.Count, in_counts.COUNT, things.category_count, holds=_is_category),
        Family("count of all", program.Count, in_counts.COUNT, things.count_all, holds=lambda p: p.x.kind == THING),
        Family("count within", program.CountIn, located(in_counts.COUNT_IN), cells.count_in),
        Family("existence within", program.ExistIn, located(in_words.EXIST_IN), cells.exist_in),
        Family("colour", program.Query, in_words.COLOUR, things.colour, (("what", "colour"),)),
        Family("is it this colour", program.IsColour, in_words.IS_COLOUR, things.is_colour, (("other", None),)),
        Family("which of two colours", program.IsColour, in_words.CHOOSE_COLOUR, things.choose_colour),
        Family("same colour", program.SameColour, in_words.SAME_COLOUR, things.same_colour),
        Family("list of a kind", program.Which, in_words.WHICH, things.which, holds=lambda p: p.x.kind in CATEGORIES),
        Family(
            "more or fewer",
            program.Compare,
            in_counts.COMPARE,
            things.compare,
            (("which", False),),
            lambda p: p.more != "as many",
        ),
        Family("as many", program.Compare, in_counts.AS_MANY, things.as_many, (("which", False), ("more", "as many"))),
        Family("which are more", program.Compare, in_counts.WHICH_MORE, things.which_more, (("which", True),)),
        Family("description", program.Describe, in_words.DESCRIBE, things.describe),
        Family("kind of picture", program.Frame, in_words.FRAME, things.frame),
        Family("background", program.Ground, in_words.GROUND, things.ground),
        Family("where", program.Query, in_places.WHERE, places.where, (("what", "place"),)),
        Family("is it there", program.IsAt, in_places.IS_AT, places.is_at, (("other", None),)),
        Family("which of two places", program.IsAt, in_places.CHOOSE_PLACE, places.choose_place),
        Family("what is there", program.At, in_places.AT, places.at, (("x", program.Select()),)),
        Family("kind at a place", program.At, in_places.AT_KIND, places.at_kind, holds=_is_thing),
        Family("relation", program.Relate, in_places.RELATION, places.relation, holds=lambda p: p.side != "next to"),
        Family("next to", program.Relate, in_places.RELATION, places.next_to, holds=lambda p: p.side == "next to"),
        Family("which of two sides", program.Either, in_between.CHOOSE_SIDE, places.choose_side),
        Family("what is beside", program.Beside, in_places.BESIDE, places.beside, (("x", program.Select()),)),
        Family("kind beside", program.Beside, in_places.BESIDE_KIND, places.beside_kind),
        Family("nearest", program.Nearest, in_between.NEAREST, places.nearest, (("x", program.Select()),)),
        Family("nearest of a kind", program.Nearest, in_between.NEAREST_KIND, places.nearest_kind),
        Family("between", program.Between, in_between.BETWEEN, places.between, (("x", None),)),
        Family("is it between", program.Between, in_between.IS_BETWEEN, places.is_between),
        Family("count beside", program.CountBeside, in_more.COUNT_BESIDE, more.count_beside),
        Family("content of a half", program.Within, in_more.WITHIN, more.within),
        Family("both", program.Both, in_more.BOTH, more.both, (("either", False),)),
        Family("either", program.Both, in_more.EITHER_ONE, more.either_one, (("either", True),)),
        Family("count of kinds", program.Kinds, in_more.KINDS, more.kinds),
        Family("which is of a colour", program.Coloured, in_more.COLOURED, more.coloured),
        Family("all of a colour", program.Which, in_more.OF_COLOUR, more.of_colour, holds=lambda p: p.x.kind == THING),
        Family("is it this ground", program.IsGround, in_more.IS_GROUND, more.is_ground),
        Family("is it so many", program.IsCount, in_checks.IS_COUNT, checks.is_count),
        Family("is it this number", program.IsNumber, in_checks.IS_NUMBER, checks.is_number),
        Family("is it this price", program.IsPrice, in_checks.IS_PRICE, checks.is_price),
        Family("nearer", program.Nearer, in_checks.NEARER, checks.nearer, (("which", False),)),
        Family("which is nearer", program.Nearer, in_checks.WHICH_NEARER, checks.which_nearer, (("which", True),)),
        Family("is it in the row", program.IsIn, spread(in_checks.IS_IN, line=_LINES), checks.is_in),
        Family("is it filled", program.Taken, in_checks.TAKEN, checks.taken),
        Family("kind in a cell", program.CellKind, in_checks.CELL_KIND, checks.cell_kind),
        Family("list within", program.WhichIn, located(in_checks.WHICH_IN), checks.which_in, holds=_is_category),
        Family("all beside", program.BesideAll, in_checks.BESIDE_ALL, checks.beside_all),
        Family("extreme", program.Extreme, in_order.EXTREME, order.extreme, (("x", program.Select()),)),
        Family(
            "extreme of a kind",
            program.Extreme,
            in_order.EXTREME_KIND,
            order.extreme_kind,
            holds=_is_thing,
        ),
        Family("larger", program.Larger, in_order.LARGER, order.larger, (("which", False),)),
        Family("which is larger", program.Larger, in_order.WHICH_LARGER, order.which_larger, (("which", True),)),
        Family("is it one", program.IsAn, in_order.IS_AN, order.is_an, (("z", None),)),
        Family("which of two kinds", program.IsAn, in_order.CHOOSE_AN, order.choose_an),
        Family("cell", program.Cell, in_cells.CELL, cells.cell),
        Family("row", program.Query, in_cells.ROW, cells.row, (("what", "row"),)),
        Family("column", program.Query, in_cells.COLUMN, cells.column, (("what", "column"),)),
        Family("row and column", program.Query, in_cells.FIND_CELL, cells.find_cell, (("what", "cell"),)),
        Family("is it empty", program.Empty, in_cells.EMPTY, cells.empty),
        Family("empty cells", program.Empty, in_cells.EMPTY_COUNT, cells.empty_count),
        Family("empty cells within", program.Empty, spread(in_cells.EMPTY_IN, line=_LINES), cells.empty_in),
        Family("filled cells", program.Filled, in_more.FILLED, more.filled, (("free", False),)),
        Family("any empty cell", program.Filled, in_more.ANY_FREE, more.any_free, (("free", True),)),
        Family("size of a board", program.Extent, in_more.SIZE_OF_BOARD, more.size_of_board, (("axis", "size"),)),
        Family("rows and columns", program.Extent, in_cells.EXTENT, cells.extent, holds=lambda p: p.axis != "size"),
        Family("content of a row", program.InRow, spread(in_cells.IN_ROW, line=_LINES), cells.in_row),
        Family(
            "number on a sign",
            program.Query,
            in_text.ON,
            cells.on,
            (("what", "text"),),
            _is_thing,
        ),
        Family("word at a place", program.At, in_text.WORD_AT, cells.word_at, holds=_is_writing),
        Family(
            "the word",
            program.Query,
            in_text.COLOURED_WORD,
            cells.coloured_word,
            (("what", "text"),),
            _is_unread,
        ),
        Family("line", program.Line, in_text.LINE, cells.line, (("what", None),)),
        Family("word in a line", program.Line, in_text.LINE_WORD, cells.line_word),
        Family("word in order", program.Nth, in_text.NTH, more.nth),
        Family("numbers", program.Numbers, in_text.NUMBERS, more.all_numbers),
        Family("text", program.Texts, in_text.TEXTS, cells.texts),
        Family("is it written", program.Says, spread(in_text.SAYS, text=_TEXTS), cells.says),
        Family("line of a word", program.FindText, spread(in_text.FIND_TEXT, text=_TEXTS), cells.find_text),
        Family("price", program.Price, in_lists.PRICE, cells.price, (("what", "price"),)),
        Family("time", program.Price, in_lists.TIME, cells.time, (("what", "time"),)),
        Family("platform", program.Price, in_lists.PLATFORM, cells.platform, (("what", "platform"),)),
        Family("priced", program.Priced, in_lists.PRICED, cells.priced, (("what", "price"),)),
        Family("train at a time", program.Priced, in_lists.TRAIN_AT, cells.train_at, (("what", "time"),)),
        Family("is it listed", program.Listed, in_lists.LISTED, more.listed),
        Family("what is listed", program.Goods, in_lists.GOODS, more.goods),
        Family("highest price", program.PriceValue, in_numbers.PRICE_VALUE, more.price_value),
        Family(
            "which is cheaper", program.PriceLarger, in_numbers.WHICH_PRICED, cells.which_priced, (("which", True),)
        ),
        Family("cheapest", program.PriceExtreme, in_lists.PRICE_EXTREME, cells.price_extreme),
        Family("more expensive", program.PriceLarger, in_lists.PRICE_LARGER, cells.price_larger, (("which", False),)),
        Family("largest number", program.NumberExtreme, in_numbers.NUMBER_EXTREME, cells.number_extreme),
        Family("larger number", program.NumberLarger, in_numbers.NUMBER_LARGER, cells.number_larger),
    )
}


CLIP_FAMILIES = {
    family.name: family
    for family in (
        Family("what happened", program.Story, in_clips.STORY, clips.story),
        Family("what did so", program.Happened, in_clips.HAPPENED, clips.happened),
        Family("did it", program.Did, in_clips.DID, clips.did),
        Family("which way", program.Way, in_clips.WAY, clips.way),
        Family("what it became", program.Became, in_clips.BECAME, clips.became),
        Family("in which frame", program.InFrame, in_clips.IN_FRAME, clips.in_frame, holds=lambda p: p.what != "leave"),
        Family("last frame", program.InFrame, in_clips.LAST_FRAME, clips.last_frame, (("what", "leave"),)),
        Family("first or last", program.First, in_clips.FIRST, clips.first),
        Family("earlier", program.Earlier, in_clips.EARLIER, clips.earlier, (("which", False),)),
        Family("which was first", program.Earlier, in_clips.WHICH_EARLIER, clips.which_earlier, (("which", True),)),
        Family("frames", program.Frames, in_clips.FRAMES, clips.frames),
        Family("count of events", program.CountEvents, in_clips.COUNT_EVENTS, clips.count_events),
        Family("count over all frames", program.CountEver, in_clips.COUNT_EVER, clips.count_ever),
        Family("count in a frame", program.CountFrame, in_clips.COUNT_FRAME, clips.count_frame),
        Family("existence in a frame", program.ExistFrame, in_clips.EXIST_FRAME, clips.exist_frame),
    )
}

CANNOT_TELL = "cannot tell"
CANNOT = tuple(
    Family(CANNOT_TELL, program.Cannot, wordings, None, (("topic", topic),))
    for topic, wordings in (wordings_cannot.GENERAL | wordings_cannot.ABOUT).items()
)
ALL_FAMILIES = (*FAMILIES.values(), *CLIP_FAMILIES.values(), *CANNOT)


@cache
def _by_program() -> dict[type[Program], list[Family]]:
    found: dict[type[Program], list[Family]] = {}
    for family in ALL_FAMILIES:
        found.setdefault(family.program, []).append(family)
    return found


def family_of(asked: Program) -> Family | None:
    """The family that a program belongs to; None where nobody can say it."""
    return next((family for family in _by_program().get(type(asked), ()) if family.asks(asked)), None)
