"""Models of one's own for a measure, in the place of the embedded ones: from the command line or the environment."""

from argparse import ArgumentParser, Namespace
from copy import copy

from fmvr.errors import BadInput
from fmvr.lab import Lab
from fmvr.settings import Settings, settings


def add_arguments(parser: ArgumentParser) -> None:
    """The options that name them."""
    parser.add_argument("--model", help="a checkpoint of your own, or several in a folder, instead of the embedded")
    parser.add_argument("--blocks", help="the file of blocks that were trained on it")


def chosen(arguments: Namespace) -> Settings:
    """The settings, with what the command line names. Raises BadInput as they do."""
    blocks = arguments.blocks or ("" if arguments.model else None)  # the environment's belong to its own model
    return settings(model=arguments.model, blocks=blocks)


def load(models: Settings, device_map: str | None = None) -> Lab:
    """The lab of the models. Raises BadInput as `Lab.load`."""
    return Lab.load(models.model, device_map, models.blocks)


def beside(lab: Lab, reducers: list[str], budgets: list[int]) -> Lab:
    """The lab with an arm more for each reducer, on the model that pools, and with more budgets.

    Raises BadInput for a reducer that cannot work on it, and for a budget that no arm can make.
    """
    new = [name for name in reducers if name not in lab.members]
    more = lab.reduced(new, []).members if new else {}
    other = copy(lab)
    other.members, other.budgets = lab.members | more, sorted({*lab.budgets, *budgets}, reverse=True)
    other.arms = {name: member.arm for name, member in other.members.items()}
    if cannot := [n for n in budgets if not any(n in member.budgets for member in other.members.values())]:
        raise BadInput(f"No arm can make a set of {cannot[0]} visual tokens.")
    return other
