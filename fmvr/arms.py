"""The arms: the models that are compared, each with its label, checkpoint, reducer and colour. One entry adds one."""

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Arm:
    """One model as it is compared.

    `name`: in results, links and the API. `label`: how a sentence calls it. `checkpoint`: its folder among those that
    ship with the project; None where weights come from elsewhere. `reducer`: a key of `fmvr.reduce.REDUCERS`. `colour`
    and `mark` (a Plotly symbol): how it is drawn; apart without their colours, too.
    """

    name: str
    label: str
    checkpoint: str | None
    reducer: str
    colour: str
    mark: str


# Colours are of Okabe and Ito's set, which stays apart for the common kinds of colour blindness.
ARMS = {
    arm.name: arm
    for arm in (
        Arm("pooling", "without FMVR", "pooling", "pooling", "#CC79A7", "square"),
        Arm("fmvr", "with FMVR", "fmvr", "fmvr", "#009E73", "circle"),
    )
}
PAIR = ("pooling", "fmvr")  # the two that stand side by side, where a lab has them
OLD_NAMES = {"without": "pooling", "with": "fmvr"}  # in links, files and calls of the first edition
SPARE = (("#E69F00", "diamond"), ("#56B4E9", "triangle-up"), ("#0072B2", "cross"), ("#D55E00", "x"))
MARKS = ("diamond", "triangle-up", "cross", "x", "square", "circle", "triangle-down", "pentagon")
# Each spare colour with its own mark, then all of them with the next one: four arms differ in colour and mark.
LOOKS = [
    (colour, MARKS[(MARKS.index(own) + further) % len(MARKS)]) for further in range(len(MARKS)) for colour, own in SPARE
]
_given: dict[str, tuple[str, str]] = {}  # names outside the table, as they were met in this process → colour and mark
_giving = Lock()


def current(name: str) -> str:
    """The name of an arm today, where the first edition called it otherwise."""
    return OLD_NAMES.get(name, name)


def arm(name: str) -> Arm:
    """The arm of a name, old names too; one that is not in the table has its name as its label and a spare look."""
    name = current(name)
    return ARMS[name] if name in ARMS else Arm(name, name, None, "fmvr", *_look(name))


def _look(name: str) -> tuple[str, str]:
    """Colour and mark of a name outside the table: by its letters, or the next that no other has, while there is one.

    A name keeps its look as long as the process lasts, so that all figures of a lab or a report agree.
    """
    first = SPARE[sum(name.encode()) % len(SPARE)]
    with _giving:
        taken = {*_given.values(), *((one.colour, one.mark) for one in ARMS.values())}
        free = (look for look in (first, *LOOKS) if look not in taken)
        if name not in _given and (look := next(free, None)):
            _given[name] = look
        return _given.get(name, first)
