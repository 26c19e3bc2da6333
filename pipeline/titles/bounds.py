"""How long a title is."""

from typing import Final

from pipeline.text.decoding import MAX_TITLE as MOST_TOLD
from pipeline.text.decoding import clip

#: Characters of a title that are read, and that readers see.
MOST_READ: Final = 1_500
MAX_TITLE: Final = 300


def kept(title: str, notes: list[str]) -> str:
    """A source's title on one line, of as many characters as are kept of one; a cut is noted in `notes`."""
    return clip(" ".join(title.split()), MOST_TOLD, what="title", notes=notes)
