"""The words of a text, as far as they matter: without case, marks, apostrophes, contractions and American spelling."""

import re

_SPELLINGS = {"color": "colour", "colored": "coloured", "colors": "colours", "center": "centre", "gray": "grey"}
_CONTRACTIONS = {f"{w}s": (w, "is") for w in ("what", "where", "who", "how", "when", "that", "there")} | {
    f"{w}nt": (w, "not") for w in ("is", "are", "did", "does", "do", "was", "has", "would")
}
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_WORD = re.compile(r"\w+")


def plain(text: str) -> list[str]:
    """The words of a text without case, marks and apostrophes, in British spelling, contractions written out."""
    words = _WORD.findall(_APOSTROPHE.sub("", text.lower()))
    if _CONTRACTIONS.keys().isdisjoint(words):
        return [_SPELLINGS.get(w, w) for w in words]
    return [w for word in words for w in _CONTRACTIONS.get(word, (_SPELLINGS.get(word, word),))]
