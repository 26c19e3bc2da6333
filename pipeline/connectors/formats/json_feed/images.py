"""Pictures: an address, an object with one, or a list of these."""

from typing import Any

from pipeline.connectors.formats.json_feed.view import View
from pipeline.connectors.formats.page.dom import absolute
from pipeline.contract.normalized import Image
from pipeline.text.decoding import MAX_ITEMS, MAX_LINE


def images(view: View, base: str) -> tuple[Image, ...]:
    """The pictures of an item, each address once, the first as the primary one; `base` is what relative
    addresses count from."""
    found: dict[str, Image] = {}
    for value in view.all("image"):
        for one in _image_list(value)[:MAX_ITEMS]:
            text = (
                one
                if isinstance(one, str)
                else next(
                    (
                        one[k]
                        for k in ("url", "src", "href", "contentUrl", "original")
                        if isinstance(one.get(k), str)
                    ),
                    "",
                )
            )
            url = absolute(base, text) if "/" in text or "." in text else ""
            facts = one if isinstance(one, dict) else {}
            alt, credit = (str(facts.get(k) or "")[:MAX_LINE] for k in ("alt", "credit"))
            if url and len(found) < MAX_ITEMS:
                found.setdefault(url, Image(url=url, alt=alt, credit=credit, is_primary=not found))
        if found:
            break
    return tuple(found.values())


def _image_list(value: Any) -> list[Any]:
    several = value if isinstance(value, list) else [value]
    return [v for v in several if isinstance(v, str | dict)]
