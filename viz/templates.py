"""The page's HTML: every piece is a template in viz/templates, filled with escaping on.

A text that is passed to a template is escaped there. What is HTML already is `Markup`, as `render` returns it, and is
passed through; an f-string or a join of such pieces is a plain text again, and would be escaped: hand the pieces to a
template, or put them together with `Markup("").join(pieces)`.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from fmvr.arms import arm
from viz.theme import arm_style
from viz.units import amount, flops, memory, percent, quoted, said, seconds, token_count

UNITS = (percent, seconds, flops, memory, token_count, amount, said, quoted)

ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_suffix("")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
ENVIRONMENT.filters |= {unit.__name__: unit for unit in UNITS}
ENVIRONMENT.globals |= {"arm": arm, "arm_style": arm_style}


def render(name: str, /, **values: Any) -> Markup:
    """A template of viz/templates, filled.

    Raises jinja2.UndefinedError for a value that the template needs and nobody passed.
    """
    return Markup(ENVIRONMENT.get_template(name).render(values))


def part(name: str, /, *values: Any, **named: Any) -> Markup:
    """A macro of viz/templates/_parts.html, filled."""
    return getattr(ENVIRONMENT.get_template("_parts.html").module, name)(*values, **named)
