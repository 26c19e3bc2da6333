"""From an item to a record: event extensions first, then markup in the description, then a date in prose."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from pipeline.connectors.formats.page import read_fragment
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.formats.rss import extensions
from pipeline.connectors.formats.rss.description import Surroundings, from_words, with_markup
from pipeline.connectors.formats.rss.item import Item, words
from pipeline.connectors.support.values import url_identity
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.fields import SIMPLE, read_simple
from pipeline.contract.normalized import OrganizerRef
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.clocks import clocks_in
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_ITEMS, MAX_LINE, MAX_RAW, bounded_id, clip
from pipeline.text.markup import line_of
from pipeline.titles import kept

#: The confidence in a start that is given as the time of publication.
_UNPUBLISHED: Final = 0.5
_PUBLISHED: Final = ("pubdate", "published", "issued", "date", "created", "updated", "modified")


def records(element: etree._Element, around: Surroundings) -> list[RawRecord | Dropped]:
    """The events of one item: one, or several where its description marks up several; dropped as "no start"
    where it announces none."""
    item = Item.of(element)
    made = _plain_record(item, around)
    reported = extensions.times(item)
    marked = [
        r
        for r in read_fragment(made.description, around.params, made.url or around.base)
        if isinstance(r, RawRecord)
    ]
    if reported.start is not None:
        made = replace(made, start=reported.start, end=reported.end)
        return [_checked(with_markup(made, marked[0]) if marked else made)]
    if marked:
        return [_checked(with_markup(made, one)) for one in marked]
    found = from_words(made, reported.text or _misused_date(item), around)
    if all(isinstance(one, Dropped) for one in found):
        found = _unpublished(item, made, around) or found
    return [_checked(one) for one in found]


def identity(item: Item, base: str) -> tuple[str, str]:
    """The item's id and its link: guid, atom:id or rdf:about; without one the link is the id."""
    link = absolute(base, _link(item))
    guid = item.text("guid", "id") or next(
        (v for k, v in item.element.attrib.items() if str(k).endswith("}about")), ""
    )
    permalink = next((e.get("isPermaLink", "true") for e in item.core.get("guid", ())), "false")
    if not link and permalink.lower() != "false":
        link = absolute(base, guid)
    return guid or url_identity(link), link


def _plain_record(item: Item, around: Surroundings) -> RawRecord:
    """All but the time."""
    notes: list[str] = []
    base = item.element.base or around.base
    name, link = identity(item, base)
    name = bounded_id(name, notes=notes)
    title = kept(words_of(item.text("title") or next(item.extras("title", "summary", "what"), "")), notes)
    description = item.html("encoded", "content", "description", "summary", "body")
    cost = next(item.extras("cost", "price", "eventcost", "admission"), "")
    return RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        description=clip(description, MAX_DESCRIPTION, what="description", notes=notes),
        venue=extensions.venue(item),
        url=link,
        categories=_many(item, "category", "type", "eventtype"),
        tags=_many(item, "tag", "keywords"),
        language=item.text("language")[:20],
        price_text=cost[:MAX_LINE],
        status=next(item.extras("status", "eventstatus"), "").lower()[:40],
        timezone=next(item.extras("timezone", "tzid"), "")[:64],
        organizer=_organizer(item),
        images=extensions.images(item),
        published=_published(item),
        metadata={"syntax": "feed"},
        **{name: read_simple(name, item.extras(*how.json_names)) for name, how in SIMPLE.items()},
        raw=etree.tostring(item.element, encoding="unicode", with_tail=False)[:MAX_RAW],
        notes=tuple(notes),
    )


def _checked(made: RawRecord | Dropped) -> RawRecord | Dropped:
    if isinstance(made, Dropped) or (made.start is not None and made.title):
        return made
    reason = "no start" if made.start is None else "no title"
    return Dropped(reason=reason, external_id=made.external_id, title=made.title, raw=made.raw)


def words_of(html: str) -> str:
    """The words of escaped or plain HTML."""
    return line_of(html[: 2 * MAX_DESCRIPTION])


def _link(item: Item) -> str:
    for element in item.core.get("link", ()):
        if element.get("href") and element.get("rel", "alternate") == "alternate":
            return str(element.get("href"))
    return item.text("link")


def _many(item: Item, *names: str) -> tuple[str, ...]:
    texts = [
        *(e.get("term") or e.get("label") or words(e) for e in item.core.get(names[0], ())),
        *item.extras(*names),
    ]
    return tuple(dict.fromkeys(t.strip()[:MAX_LINE] for t in texts if t and t.strip()))[:MAX_ITEMS]


def _organizer(item: Item) -> OrganizerRef | None:
    name = next(
        (
            text
            for text in item.extras("organizer", "host", "organizername", "sponsor", "group")
            if "@" not in text
        ),
        "",
    )
    return OrganizerRef(name=name[:MAX_LINE]) if name else None


def _misused_date(item: Item) -> str:
    """What stands in `pubDate` where it is no moment of publication, but a day with its time: "Dj. 25/07 18 h"."""
    text = " ".join(item.text("pubdate").split())[:MAX_LINE]
    return text if text and read_moment(text) is None and clocks_in(text) else ""


def _unpublished(item: Item, made: RawRecord, around: Surroundings) -> list[RawRecord | Dropped]:
    """The event at its `pubDate`, where this lies after the fetch and the making of the feed, and so can only be the
    event's own time; [] where it does not, or the feed does not say when it was made."""
    after = read_moment(item.text("pubdate"))
    if around.written is None or not isinstance(after, datetime) or after.tzinfo is None:
        return []
    if after <= max(around.written, around.params.now):
        return []
    facts = {**made.metadata, "start_from": "published", "start_confidence": _UNPUBLISHED}
    return [replace(made, start=after, method=ExtractionMethod.TEXT, metadata=facts)]


def _published(item: Item) -> datetime | None:
    for name in _PUBLISHED:
        moment = read_moment(item.text(name))
        if isinstance(moment, datetime):
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
