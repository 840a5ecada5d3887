"""Rows of data of one's own, in LLaVA's format, and pictures for them."""

import json
from pathlib import Path

from fmvr.prompt import IMAGE
from tests.models import picture, save_stock_checkpoint


def turns(*texts: str) -> list[dict]:
    """Texts as turns in LLaVA's layout, of human and gpt."""
    return [{"from": ("human", "gpt")[i % 2], "value": text} for i, text in enumerate(texts)]


def entry(*texts: str, image=None) -> dict:
    """A row in LLaVA's layout."""
    return {"conversations": turns(*texts)} | ({} if image is None else {"image": image})


CAT = entry(f"{IMAGE}\nIs there a cat?", "yes", image="0.png")
TWO = entry(f"{IMAGE}\n{IMAGE}\nIs there a cat?", "yes", image=["0.png", "1.png"])


def save(folder: Path, rows: list, name: str = "data.json") -> Path:
    """Rows as a JSON list; as lines, by the name's ending, where a text stands for itself."""
    path = folder / name
    if name.endswith(".json"):
        path.write_text(json.dumps(rows))
    else:
        path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows))
    return path


def save_pictures(folder: Path, count: int = 2) -> None:
    """Pictures `0.png`, `1.png` …, wider than high."""
    for i in range(count):
        picture(i).resize((90, 60)).save(folder / f"{i}.png")


def save_own(folder: Path) -> Path:
    """A stock checkpoint, `stock`, that reads 2,048 tokens; ten rows about one picture, two, or none; their pictures.

    Returns the rows' file.
    """
    save_stock_checkpoint(folder / "stock")
    config = json.loads((folder / "stock" / "config.json").read_text())
    config["text_config"]["max_position_embeddings"] = 2048
    (folder / "stock" / "config.json").write_text(json.dumps(config))
    save_pictures(folder, 4)
    one = [entry(f"{IMAGE}\nIs there a cat?", ("yes", "no")[i % 2], image=f"{i}.png") for i in range(4)]
    last = [entry(f"How many cats are there?\n{IMAGE}", "two", "What do you see?", "a dog.", image="1.png")]
    return save(folder, [*one, entry("Hello", "yes"), TWO, *last, *one[:3]])
