"""The picture that people see beside an event whose markup names none."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from lxml import html

from pipeline import patterns
from pipeline.connectors.formats.page.dom import absolute

#: Where pages that load pictures late keep the address.
_SOURCES: Final = ("data-src", "data-original", "data-lazy-src", "src")
#: Pictures of one row that are looked at, and elements around one.
_MOST: Final = 20
_MOST_AROUND: Final = 40
_NO_PICTURE: Final = patterns.compile(
    r"\.svg(?:$|\?)|\b(?:icon|logo|sprite|pixel|blank|spacer|placeholder|avatar-default|emoji)s?\b",
    patterns.IGNORECASE,
    longest=400,
)
_TINY: Final = 48


def picture_in(element: html.HtmlElement, base: str) -> str:
    """The address of the only picture in an element, '' where it shows none or several."""
    found = {url for image in islice(element.iter("img"), _MOST) if (url := _address(image, base))}
    return found.pop() if len(found) == 1 else ""


def rows_around(scripts: Sequence[html.HtmlElement]) -> Iterator[html.HtmlElement | None]:
    """For each script the largest element around it that has no other one of them, as a row of a list; None where
    there is no list."""
    counts = Counter(above for script in scripts for above in islice(script.iterancestors(), _MOST_AROUND))
    for script in scripts:
        alone = [above for above in islice(script.iterancestors(), _MOST_AROUND) if counts[above] == 1]
        outer = alone[-1].getparent() if alone else None
        yield alone[-1] if outer is not None and counts[outer] > 1 else None


def _address(image: html.HtmlElement, base: str) -> str:
    reported = next((image.get(name) for name in _SOURCES if image.get(name)), "") or ""
    size = image.get("width") or ""
    small = size.isascii() and size.isdigit() and len(size) < 6 and int(size) <= _TINY
    return (
        ""
        if small or reported.startswith("data:") or _NO_PICTURE.search(reported[:400])
        else absolute(base, reported)
    )
