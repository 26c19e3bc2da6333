"""Records of ratings. Free of Django."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody says: stars from 1 to 5, a few words or '', and the language of the page (BCP 47)."""

    stars: int
    text: str = ""
    language: str = "en"
