"""What a feed says of itself."""

from datetime import datetime, timedelta

from lxml import etree

from pipeline.connectors.formats.rss.item import plain, words
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_TITLE


def is_feed(root: etree._Element) -> bool:
    """Whether a document without items is a feed."""
    return plain(root)[0] in ("rss", "feed", "rdf") or any(plain(child)[0] == "channel" for child in root)


def _channel(root: etree._Element) -> etree._Element:
    return next(
        (child for child in root if isinstance(child.tag, str) and plain(child)[0] == "channel"), root
    )


def title(root: etree._Element) -> str:
    """The name of the feed."""
    return next(
        (words(c)[:MAX_TITLE] for c in _channel(root) if isinstance(c.tag, str) and plain(c)[0] == "title"),
        "",
    )


def fresh_for(root: etree._Element) -> timedelta | None:
    """How long the feed may be kept: `ttl`, in minutes; None where it does not say, or not readably."""
    reported = next(
        (words(c).strip() for c in _channel(root) if isinstance(c.tag, str) and plain(c)[0] == "ttl"), ""
    )
    return (
        timedelta(minutes=int(reported))
        if reported.isascii() and reported.isdigit() and len(reported) < 8
        else None
    )


def written(root: etree._Element) -> datetime | None:
    """When the feed was made, by its own words; None where it does not say."""
    reported = (
        read_moment(words(c))
        for c in _channel(root)
        if isinstance(c.tag, str) and plain(c)[0] in ("lastbuilddate", "pubdate")
    )
    return max(
        (one for one in reported if isinstance(one, datetime) and one.tzinfo is not None), default=None
    )


def language(root: etree._Element) -> str:
    """The language that the feed names, '' where it names none."""
    channel = _channel(root)
    reported = next((words(c) for c in channel if isinstance(c.tag, str) and plain(c)[0] == "language"), "")
    return (reported or root.get("{http://www.w3.org/XML/1998/namespace}lang", ""))[:20]
