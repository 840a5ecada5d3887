"""Models of one's own for a measure, in the place of the embedded ones: from the command line or the environment."""

from argparse import ArgumentParser, Namespace

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
