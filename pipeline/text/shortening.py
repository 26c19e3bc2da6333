"""Text that is cut between two words, for people."""

from typing import Final

_MARK: Final = " …"
#: A word that takes more than this share of the text is cut itself.
_MOST_OF_ALL: Final = 0.5


def shortened(text: str, most: int) -> str:
    """At most `most` characters of `text`, with ` …` in place of the words that are left out.

    >>> shortened("quality 0.40 is below 0.70", 20)
    'quality 0.40 is …'
    """
    if len(text) <= most:
        return text
    room = most - len(_MARK)
    begun = text[: room + 1]
    end = max((place for place, sign in enumerate(begun) if sign.isspace()), default=0)
    return text[: end if end > room * _MOST_OF_ALL else room].rstrip(" ,;:") + _MARK
