"""The tokens of a picture on the page: all sets at a glance, one set large, and what a chosen token holds."""

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from PIL import Image

from fmvr.arms import arm
from viz.places import Patch, grid_side, holders, patches_of, set_name, token_at
from viz.tags import source
from viz.templates import render
from viz.tokens import TokenColours, colour_picture, cut, grid_picture, patches_picture, token_picture
from viz.units import percent, token_count

SMALL = 288  # pixels of a picture at a glance
Tag = tuple[str, str]  # a picture's address and its alt text
Models = dict[str, TokenColours]  # by arm


@dataclass(frozen=True)
class TokenEnergy:
    """The energy of a chosen token, in shares of the mean energy of the patches it holds."""

    mean: float  # of their plain mean
    token: float  # of the token itself


@dataclass(frozen=True)
class Figure:
    """One picture of `level` or `merging`, or two: a token's patches and the token."""

    title: str
    pictures: tuple[Tag, ...]
    caption: str = ""
    arm: str = ""  # none for the picture itself
    place: tuple[int, int, int] | None = None  # where places can be chosen: how many along a side, row, column


@dataclass(frozen=True)
class Row:
    """One row of `glance`: a picture for each set, None where an arm has no such set."""

    title: str
    pictures: list[Tag | None]
    arm: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a column of `glance`."""

    budget: int
    grid: str  # `6×6`; empty where the set is no square grid


def glance(image: Image.Image, models: Models, chosen: int) -> Markup:
    """Every set as a column: its outlines over the picture, and every arm's tokens as colours.

    Outlines that an arm has for itself stand above its own tokens.

    Args:
        chosen: the token budget that is marked.
    """
    budgets = sorted({budget for model in models.values() for budget in model.places}, reverse=True)
    common = {budget: _first(models, budget) for budget in budgets}
    heads = [Head(budget, _grid(common[budget])) for budget in budgets]
    rows = [Row("the picture", [_outlines(image, common[budget], SMALL) for budget in budgets])]
    for name, model in models.items():
        label = arm(name).label
        if any(not _alike(places, common[budget]) for budget, places in model.places.items()):
            own = [_outlines(image, model.places[n], SMALL) if n in model.places else None for n in budgets]
            rows.append(Row(f"the picture, {label}", own))
        rows.append(Row(label, [_colours(model, n, name, SMALL) if n in model.places else None for n in budgets], name))
    return render("glance.html", heads=heads, rows=rows, chosen=chosen)


def level(image: Image.Image, models: Models, budget: int, patch: Patch) -> Markup:
    """One set large; a patch chosen on a picture (row and column of the finest grid) is an event of viz/page.js."""
    having = {name: model for name, model in models.items() if budget in model.places}
    common, figures = _first(having, budget), []
    for i, (name, model) in enumerate(having.items()):
        places, label = model.places[budget], arm(name).label
        place = _place(places, patch)
        if i == 0 or not _alike(places, common):
            address, alt = _outlines(image, places, patch=patch)
            title = "the picture" if i == 0 else f"the picture, {label}"
            figures.append(Figure(title, ((address, f"{alt}: choose a token"),), place=place))
        address, alt = _colours(model, budget, name, patch=patch)
        beyond = f"{percent(model.outside[budget])} of them beyond the colours’ range." if model.outside[budget] else ""
        figures.append(Figure(label, ((address, f"{alt}: choose one"),), beyond, name, place))
    return render("level.html", figures=figures, grid=len(holders(common)), merging=False)


def merging(image: Image.Image, models: Models, budget: int, patch: Patch, energies: dict[str, TokenEnergy]) -> Markup:
    """What the token at a patch holds: its piece of the picture, and for every arm the patches' colours and its own.

    Args:
        energies: of that token, for each arm that has one there.
    """
    having = {name: model for name, model in models.items() if budget in model.places}
    figures, pieces = [], []
    for name, model in having.items():
        places, label = model.places[budget], arm(name).label
        token = token_at(places, patch)
        if token is None:
            figures.append(Figure(label, (), "No token holds this patch.", name))
            continue
        mask = patches_of(places, token)
        if not any(np.array_equal(mask, other) for other in pieces):
            pieces.append(mask)
            figures.append(_piece(image, places, token, f", {label}" if len(pieces) > 1 else ""))
        caption = energy_words(energies[name], int(mask.sum()))
        figures.append(Figure(label, _merged(model, budget, token, label), caption, name))
    return render("level.html", figures=figures, grid=None, merging=True)


def energy_words(energy: TokenEnergy, count: int) -> str:
    """How much of the energy of so many patches is left in their token, in a sentence."""
    if count == 1:
        return "One patch, one token: nothing is merged."
    mean = f"Their plain mean keeps {percent(energy.mean)} of their energy"
    if abs(energy.token - energy.mean) < 0.005 * max(energy.mean, energy.token):
        return f"{mean}, and that mean is the token."
    share = f"{percent(energy.token)} of" if energy.token < 1 else f"{energy.token:.1f} times"
    return f"{mean}; after the blocks, the token has {share} their energy."


def _first(models: Models, budget: int) -> np.ndarray:
    """The places of a set, of the first arm that has it."""
    return next(model.places[budget] for model in models.values() if budget in model.places)


def _alike(places: np.ndarray, others: np.ndarray) -> bool:
    """Whether two sets share the patches out alike."""
    return places is others or np.array_equal(holders(places), holders(others))


def _grid(places: np.ndarray) -> str:
    return set_name(places) if grid_side(places) else ""


def _outlines(image: Image.Image, places: np.ndarray, size: int | None = None, patch: Patch | None = None) -> Tag:
    """The picture under the outlines of a set's tokens."""
    named = f"{set_name(places)} grid" if grid_side(places) else f"outlines of {set_name(places)}"
    picture = grid_picture(image, places, patch, **({"size": size} if size else {}))
    return source(picture), f"The {named} over the picture"


def _colours(model: TokenColours, budget: int, name: str, size: int | None = None, patch: Patch | None = None) -> Tag:
    """An arm's tokens as colours."""
    picture = token_picture(model.colours[budget], model.places[budget], patch, **({"size": size} if size else {}))
    return source(picture, exact=True), f"{token_count(budget)} {arm(name).label}, as colours"


def _place(places: np.ndarray, patch: Patch) -> tuple[int, int, int]:
    """Places to choose along a side, tokens in a square grid and else patches, and the one that is chosen."""
    full = len(holders(places))
    side = grid_side(places) or full
    row, column = (at * side // full for at in patch)
    return side, row, column


def _piece(image: Image.Image, places: np.ndarray, token: int, of: str) -> Figure:
    """The piece of the picture that a token stands for."""
    count, side = int(patches_of(places, token).sum()), grid_side(places)
    what = f"{token + 1} of {len(places)}"
    if side:
        what = f"row {token // side + 1}, column {token % side + 1} of {set_name(places)}"
    alt = f"The piece of the picture under the token in {what}" if side else f"The piece of the picture of token {what}"
    caption = f"Token in {what}." if side else f"Token {what}."
    title = f"{count} patch{'es' if count > 1 else ''} of {places.shape[1]}{of}"
    return Figure(title, ((source(cut(image, places, token)), alt),), caption)


def _merged(model: TokenColours, budget: int, token: int, label: str) -> tuple[Tag, ...]:
    """The colours of a token's patches, where the arm has a set of single patches to show them in; and the token's."""
    places, patches = model.places[budget], model.places[budget].shape[1]
    after = source(colour_picture(model.colours[budget][token]), exact=True), f"The token, {label}"
    if patches not in model.colours or not np.array_equal(holders(model.places[patches]).ravel(), np.arange(patches)):
        return (after,)
    before = source(patches_picture(model.colours[patches], places, token), exact=True)
    return (before, f"The patches it holds, {label}"), after
