"""What Mobilizon says of an event, in the same words by its own API and over ActivityPub."""

from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support.values import filled, html_lines, number, text
from pipeline.text.decoding import http_url

_LANGUAGE: Final = patterns.compile(r"[a-z]{2,3}")


def mobilizon_fields(
    *, category: Any, language: Any, capacity: Any, left: Any, going: Any, join: str, website: Any
) -> dict[str, Any]:
    """Fields of a record. `capacity` and `left` are places, all and those that are free, `going` who takes
    part; `join` says who may (`free`, `restricted`, `invite`, `external`). A meeting is what an event is that
    nobody gave a category."""
    kind, spoken, most = text(category).replace("_", " ").capitalize(), text(language), number(capacity)
    return {
        "categories": html_lines([kind] if kind != "Meeting" else []),
        "language": spoken if _LANGUAGE.fullmatch(spoken) and spoken != "und" else "",
        "capacity": most or None,
        "sold_out": bool(most) and left == 0,
        "popularity": filled(attending=number(going)),
        "registration_required": join in ("restricted", "invite", "external"),
        "metadata": filled(website=http_url(text(website))),
    }
