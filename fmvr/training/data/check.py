"""The check of a whole file of data before anything is trained: which rows can be used, and why others cannot."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tqdm.auto import tqdm

from fmvr.errors import BadInput
from fmvr.media.picture import check_picture, path_below
from fmvr.model import FMVRLlavaProcessor
from fmvr.prompt import IMAGE, separator
from fmvr.training.conversations import Conversation, write
from fmvr.training.data.rows import LENGTH, PICTURES, TEXT, BadRow, Row, entries, row

FIRST = 5  # bad rows whose sentences are printed


@dataclass(frozen=True)
class Data:
    """A checked file: the `rows` that can be trained on, and what is wrong with the others, by their numbers."""

    path: Path
    rows: list[Row]
    bad: dict[int, BadRow]

    def __str__(self) -> str:
        """How many rows there are, of what kinds, and how many are left out, for what reasons."""
        pictures = [len(one.pictures) for one in self.rows]
        alone, several = pictures.count(0), sum(n > 1 for n in pictures)
        text = f"{self.path}: {len(self.rows)} rows, {alone} without a picture, {several} with several."
        if self.bad:
            reasons = Counter(problem.reason for problem in self.bad.values()).most_common()
            text += f" {len(self.bad)} left out: {', '.join(f'{n} for {reason}' for reason, n in reasons)}."
        return text

    def problems(self) -> str:
        """The first bad rows, a sentence each, and how many more there are."""
        lines = [f"Row {number}: {problem}" for number, problem in sorted(self.bad.items())]
        more = [f"And {len(lines) - FIRST} more."] if len(lines) > FIRST else []
        return "\n".join([*lines[:FIRST], *more])


def check(path: Path, images: Path, processor: FMVRLlavaProcessor, longest: int, skip_bad: bool = False) -> Data:
    """Read and check every row of a file; of pictures, their heads.

    Args:
        images: the folder of its pictures.
        longest: tokens that a row may have with the full set of visual tokens for every picture.
        skip_bad: bad rows are left out, not refused.

    Raises BadInput that names the first bad rows, and for a file without a row that can be trained on.
    """
    if not images.is_dir():
        raise BadInput(f"There is no folder {images}; --images names the one that holds the pictures.")
    rows, bad = [], {}
    usable, marks = cache(lambda name: _check_picture(images, name)), processor.tokenizer.all_special_tokens
    for number, entry in tqdm(entries(path), f"checking {path.name}", leave=False):
        try:
            found = row(number, entry)
            _check_marks(found, [mark for mark in marks if mark != IMAGE])
            for name in found.pictures:
                usable(name)
            rows.append(found)
        except BadRow as problem:
            bad[number] = problem
    for one, length in zip(list(rows), lengths(rows, processor)):
        if length > longest:
            full = f" with {processor.token_grid_side**2} visual tokens a picture" if one.pictures else ""
            bad[one.number] = BadRow(LENGTH, f"It takes {length} tokens{full}, and at most {longest} can be read.")
    data = Data(path, [one for one in rows if one.number not in bad], bad)
    if bad and not skip_bad:
        whole = f"{len(bad)} of the {len(bad) + len(data.rows)} rows of {path} cannot be trained on"
        raise BadInput(f"{whole}; mend them, or leave them out with --skip-bad.\n{data.problems()}")
    if not data.rows:
        raise BadInput(f"{path} holds no row that can be trained on.\n{data.problems()}".rstrip())
    return data


def lengths(rows: list[Row], processor: FMVRLlavaProcessor) -> Iterator[int]:
    """Tokens of each row with the full set of visual tokens for every picture."""
    tokenizer, full = processor.tokenizer, processor.token_grid_side**2
    between = separator(tokenizer)
    for start in range(0, len(rows), 256):
        some = rows[start : start + 256]
        conversations = [Conversation(list(one.turns), opened=False) for one in some]
        texts = [write(conversation, IMAGE, tokenizer.eos_token, between)[0] for conversation in conversations]
        for one, ids in zip(some, tokenizer(texts)["input_ids"]):
            yield len(ids) + len(one.pictures) * (full - 1)


def _check_picture(images: Path, name: str) -> None:
    try:
        check_picture(images / path_below(images, name))
    except BadInput as problem:
        raise BadRow(PICTURES, str(problem) if name in str(problem) else f"{name}: {problem}") from problem


def _check_marks(one: Row, marks: list[str]) -> None:
    for mark in marks:
        if any(mark in text for turn in one.turns for text in turn):
            raise BadRow(TEXT, f"A text of it has {mark}: that mark is the model's own.")
