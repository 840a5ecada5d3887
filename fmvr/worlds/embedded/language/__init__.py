"""The language of the embedded world: questions as programs over a picture, said in many ways, read back and scored."""

from fmvr.worlds.embedded.language import truth_cells, truth_clip, truth_more, truth_places, truth_text, truth_things  # noqa: F401  `answer` asks them
from fmvr.worlds.embedded.language.families import CLIP_FAMILIES, FAMILIES
from fmvr.worlds.embedded.language.moments import moments
from fmvr.worlds.embedded.language.questions import CLIP_DRAWS, DRAWS, Question, ask, converse, phrase
from fmvr.worlds.embedded.language.reading import read_question
from fmvr.worlds.embedded.language.scoring import score
from fmvr.worlds.embedded.language.subjects import subjects
from fmvr.worlds.embedded.language.truth import answer

__all__ = [
    "CLIP_DRAWS",
    "CLIP_FAMILIES",
    "DRAWS",
    "FAMILIES",
    "Question",
    "answer",
    "ask",
    "converse",
    "moments",
    "phrase",
    "read_question",
    "score",
    "subjects",
]
