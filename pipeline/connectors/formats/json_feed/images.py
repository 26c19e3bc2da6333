"""Pictures: an address, an object with one, a list of these, or one picture in several sizes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.shape import squash
from pipeline.connectors.formats.json_feed.view import View
from pipeline.connectors.formats.page.dom import absolute
from pipeline.contract.normalized import Image
from pipeline.text.decoding import MAX_ITEMS, MAX_LINE

_ADDRESSES: Final = (
    "url", "src", "href", "contenturl", "sourceurl", "original", "originalurl", "link", "uri", "file", "path",
)  # fmt: skip
_FILE: Final = patterns.compile(r"\.(?:jpe?g|png|webp|gif|avif|svg)(?:$|[?#])", patterns.IGNORECASE)
_ROOT: Final = patterns.compile(r"https?://|/|[\w.-]+/", longest=200)
#: Names of sizes from the largest down.
_SIZES: Final = (
    "original", "full", "raw", "xlarge", "large", "big", "medium", "normal", "small", "thumb", "thumbnail", "tiny",
)  # fmt: skip
_DEEPEST: Final = 4


def images(view: View, base: str) -> tuple[Image, ...]:
    """The pictures of an item, each address once, the first as the primary one; `base` is what relative
    addresses count from."""
    found: dict[str, Image] = {}
    for value in view.all("image"):
        for address, facts in _pictures(value):
            url = absolute(base, address)
            alt, credit = (str(facts.get(k) or "")[:MAX_LINE] for k in ("alt", "credit"))
            if url and len(found) < MAX_ITEMS:
                found.setdefault(url, Image(url=url, alt=alt, credit=credit, is_primary=not found))
        if found:
            break
    return tuple(found.values())


def _pictures(value: Any, depth: int = _DEEPEST) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The addresses of a value's pictures with what the object around each says of it; of several sizes the largest."""
    if isinstance(value, str):
        if _ROOT.match(value) or _FILE.search(value):
            yield value, {}
    elif isinstance(value, list):
        members = value[:MAX_ITEMS]
        widths = {_width(one) for one in members} - {0.0}
        for one in [max(members, key=_width)] if len(widths) > 1 else members:
            yield from _pictures(one, depth)
    elif isinstance(value, Mapping) and depth:
        yield from _of_object(value, depth)


def _of_object(value: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    plain = {squash(key): reported for key, reported in value.items() if isinstance(key, str)}
    address = next((plain[key] for key in _ADDRESSES if isinstance(plain.get(key), str) and plain[key]), "")
    root, name = plain.get("base"), plain.get("filename")
    if not address and isinstance(root, str) and isinstance(name, str):
        address = f"{root.rstrip('/')}/{name}"
    if address:
        yield address, value
        return
    sized = [plain[key] for key in _SIZES if plain.get(key)]
    whole = sized[:1] or [max(objects, key=_width)] if (objects := _sizes(plain)) else sized[:1]
    for one in whole or [
        reported for reported in plain.values() if isinstance(reported, dict | list) or _is_file(reported)
    ]:
        yield from _pictures(one, depth - 1)


def _sizes(plain: Mapping[str, Any]) -> list[Any]:
    """The objects of an object where they are the sizes of one picture."""
    objects = [reported for reported in plain.values() if isinstance(reported, dict)]
    return objects if len({_width(one) for one in objects} - {0.0}) > 1 else []


def _width(value: Any) -> float:
    width = value.get("width") if isinstance(value, Mapping) else None
    if isinstance(width, str) and width.isascii() and width.isdigit() and len(width) < 6:
        width = int(width)
    return (
        float(width)
        if isinstance(width, int | float) and not isinstance(width, bool) and width < 1e6
        else 0.0
    )


def _is_file(value: Any) -> bool:
    return isinstance(value, str) and _FILE.search(value[:MAX_LINE]) is not None
