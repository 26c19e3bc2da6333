"""What a title is: the one reader of titles, for pages, prose and the step `clean`.

`bare`, `names` and `headline` find it in a line beside days, times and prices; `cleaned` trims what the event has in
its fields. Choosing among the pieces of a page or the rows of a text is theirs; comparing titles is the matcher's.
"""

from pipeline.titles.bounds import MAX_TITLE, MOST_READ, kept
from pipeline.titles.capitals import is_shouting
from pipeline.titles.cleaned import cleaned
from pipeline.titles.parts import bare, has_words, headline, is_title, names, trimmed
from pipeline.titles.status import STATES, called_off

__all__ = [
    "MAX_TITLE", "MOST_READ", "STATES", "bare", "called_off", "cleaned", "has_words", "headline", "is_shouting", "is_title", "kept", "names", "trimmed",
]  # fmt: skip
