"""Which connector reads a web address or a payload: by host, by what the bytes are, by what a page
declares."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline.connectors.formats.page.dom import Document, absolute, parse, tokens
from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.connector import Connector
from pipeline.contract.exceptions import UnknownConnector
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import http_url

#: Below this a connector only guesses.
_LEAST: Final = 0.1
#: Feeds that a page may point to (`<link rel="alternate" type="…">`, HTML 4.6.7.1), with their connector and
#: how surely they hold events: many sites declare the feed of their news, few a calendar that is none of
#: theirs.
_ALTERNATES: Final = {
    "text/calendar": ("ical", 0.8),
    "application/rss+xml": ("rss", 0.4),
    "application/atom+xml": ("rss", 0.4),
    "application/feed+json": ("json_feed", 0.3),
}
#: Links and frames of a page that are looked at.
_MOST_LINKS: Final = 3_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Detected:
    """A connector that may read something, its configuration, how surely (0 to 1), and why, in words for a
    person."""

    connector: str
    config: dict[str, Any] = field(default_factory=dict)
    score: float = 1.0
    because: str = ""


def detect(payload: RawPayload) -> type[Connector]:
    """The connector that recognizes the payload most surely; of equals the earlier in the table.

    Raises UnknownConnector with one line that says what the payload looks like.
    """
    found = by_content(payload)
    if found:
        return CONNECTORS[found[0].connector]
    raise unknown(payload)


def unknown(payload: RawPayload) -> UnknownConnector:
    """The error that says what a payload looks like that no connector reads."""
    return UnknownConnector(
        f"no connector reads this: {_described(payload)}. Calendars, feeds, web pages, JSON, XML, tables (CSV), mails and plain texts (.txt) are read; "
        "--connector (in the admin: the field) names one that detection does not find."
    )


def by_address(url: str) -> Detected | None:
    """The connector whose platform the address is on, with the configuration that reads it; platforms before
    general formats."""
    if not http_url(url):
        return None
    ordered = sorted(CONNECTORS.items(), key=lambda entry: not entry[1].metadata.hosts)
    for name, kind in ordered:
        config = kind.config_for(url)
        if config is not None:
            return Detected(
                connector=name, config=config, because=f"the address is one of {kind.metadata.title}"
            )
    return None


def by_content(payload: RawPayload) -> list[Detected]:
    """The connectors that recognize the payload, the surest first; of equals the earlier in the table."""
    scored = [(kind.recognizes(payload), name, kind) for name, kind in CONNECTORS.items()]
    scored.sort(key=lambda entry: -entry[0])
    return [
        Detected(connector=name, score=score, because=f"it looks like: {kind.metadata.title}")
        for score, name, kind in scored
        if score >= _LEAST
    ]


def declared(payload: RawPayload) -> list[Detected]:
    """What an HTML page says of better ways to its events, the surest first: its platform's fingerprint,
    alternate links, links and frames.

    [] for what is no HTML. Each (connector, address) once.
    """
    document = parse(payload)
    if document is None or document.root.tag != "html":
        return []
    found = [*_fingerprints(payload, document), *_alternates(document), *_linked(document)]
    best: dict[tuple[str, str], Detected] = {}
    for one in found:
        key = (one.connector, str(sorted(one.config.items())))
        if key not in best or best[key].score < one.score:
            best[key] = one
    return sorted(best.values(), key=lambda one: -one.score)


def _fingerprints(payload: RawPayload, document: Document) -> Iterator[Detected]:
    html = payload.content.decode("utf-8", "replace")
    for name, kind in CONNECTORS.items():
        config = kind.config_from_page(html, document.base)
        if config is not None:
            yield Detected(
                connector=name,
                config=config,
                score=0.95,
                because=f"the page is made by {kind.metadata.title}",
            )


def _alternates(document: Document) -> Iterator[Detected]:
    for link in document.root.iterfind(".//link[@href]"):
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        if "alternate" not in [word.lower() for word in tokens(link, "rel")] or kind not in _ALTERNATES:
            continue
        url = absolute(document.base, link.get("href"))
        name, score = _ALTERNATES[kind]
        if (
            "event" in url.lower()
            or "calendar" in url.lower()
            or "event" in (link.get("title") or "").lower()
        ):
            score += 0.1
        if "comments" in url.lower():
            continue
        if url:
            yield Detected(
                connector=name, config={"url": url}, score=score, because=f"the page declares a feed ({kind})"
            )


def _linked(document: Document) -> Iterator[Detected]:
    """Frames and links to a platform of ours or to a calendar: a venue that embeds its Google or Luma
    calendar."""
    places = [(frame.get("src") or "", 0.75, "frame") for frame in document.root.iterfind(".//iframe[@src]")]
    places += [(link.get("href") or "", 0.3, "link") for link in document.root.iterfind(".//a[@href]")]
    own = urlsplit(document.base).hostname
    for href, score, what in places[:_MOST_LINKS]:
        url = absolute(document.base, href)
        if not url or (
            what == "link" and urlsplit(url).hostname == own and not href.lower().startswith("webcal")
        ):
            continue
        found = by_address(url)
        if found is not None:
            title = CONNECTORS[found.connector].metadata.title
            yield Detected(
                connector=found.connector,
                config=found.config,
                score=score,
                because=f"the page has a {what} to {title}",
            )


def _described(payload: RawPayload) -> str:
    if not payload.content.strip():
        return "it is empty"
    start = " ".join(payload.content[:60].decode("utf-8", "replace").split())
    return f"{len(payload.content):,} bytes{f' of {payload.content_type}' if payload.content_type else ''} that begin with {start!r}"
