"""Records of galleries. Free of Django."""

from dataclasses import dataclass
from typing import Final

#: The most bytes of a photo; a phone's camera makes 2 to 6 MB.
MAX_BYTES: Final = 12 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody says of a photo that they give.

    `alt` is what it shows, for those who do not see it; `credit` the name that stands beside it, '' for none; `consent` the version of the
    text that they agreed to; `language` that of the page (BCP 47).
    """

    alt: str
    credit: str = ""
    consent: str = ""
    language: str = "en"
