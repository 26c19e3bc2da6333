"""Step: flags with reason and evidence for a moderator.

Profanity, spam, misleading links, copied descriptions. It also removes private contact data before anything
is stored.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import OrganizerType
from pipeline.contract.frozen import replace
from pipeline.contract.lookups import Copied
from pipeline.contract.normalized import Flag, NormalizedEvent, OrganizerRef
from pipeline.refinement.checks.links import Link, links_of, malicious, mismatched, shortened
from pipeline.refinement.checks.profanity import strong_words
from pipeline.refinement.checks.spam import spam_filter, topics_of
from pipeline.refinement.limits import MAX_DESCRIPTION
from pipeline.refinement.lookups import Lookups
from pipeline.text.contacts import PUBLIC, is_private, safe_contact, without_contacts
from pipeline.text.copies import is_copy, text_key
from pipeline.text.sanitize import rich
from pipeline.text.words import words

PROFANITY: Final = "profanity"
SPAM: Final = "spam"
MALICIOUS: Final = "malicious_link"
SHORTENED: Final = "shortened_link"
MISMATCHED: Final = "mismatched_link"
COPIED: Final = "copied_description"
OURS: Final = frozenset({PROFANITY, SPAM, MALICIOUS, SHORTENED, MISMATCHED, COPIED})
_MOST_REASONS: Final = 3
_LONGEST_REASON: Final = 300
_MOST_WORDS: Final = 200
_MOST_SHOWN: Final = 5


def check(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Add flags for doubtful content and remove private contact data.

    Idempotent. Dropped drafts pass through. One lookup finds other sources' events with the same
    descriptions. Without `contact_key` a private address is dropped instead of hashed.
    """
    drafts = [draft if draft.dropped else _without_contacts(draft, lookups.contact_key) for draft in drafts]
    keys = [None if draft.dropped else text_key(draft.event.description) for draft in drafts]
    copies = lookups.copies({key for key in keys if key is not None}, source_key=context.source_key)
    return [
        draft if draft.dropped else _flagged(draft, copies.get(key, ()) if key is not None else ())
        for draft, key in zip(drafts, keys, strict=True)
    ]


def flags_of(event: NormalizedEvent, copies: Sequence[Copied] = ()) -> list[Flag]:
    """The flags of one event, the gravest kind first, at most three of a kind.

    `copies` are other sources' events with the same description.
    """
    return [*_links(event), *_spam(event), *_profanity(event), *_copied(event, copies)]


def _without_contacts(draft: Draft, key: bytes) -> Draft:
    event, notes = _without_private_contacts(draft.event, key)
    return replace(
        draft, event=event, notes=(*draft.notes, *(note for note in notes if note not in draft.notes))
    )


def _flagged(draft: Draft, copies: Sequence[Copied]) -> Draft:
    kept = tuple(flag for flag in draft.event.flags if flag.check not in OURS)
    return replace(draft, event=replace(draft.event, flags=(*kept, *flags_of(draft.event, copies))))


def _without_private_contacts(event: NormalizedEvent, key: bytes) -> tuple[NormalizedEvent, list[str]]:
    organizer = event.organizer
    notes: list[str] = []
    private = organizer is not None and is_private(organizer)
    if organizer is not None:
        contact = safe_contact(organizer, key)
        if contact != organizer.contact:
            event = replace(event, organizer=_quiet(organizer, contact, private=private))
            notes.append("the organizer's private contact was not kept")
    if organizer is None or organizer.type not in PUBLIC:
        description, removed = without_contacts(
            event.description, personal_only=not private, venues=(event.venue.name,)
        )
        if removed:
            event = replace(event, description=rich(description, limit=MAX_DESCRIPTION))
            notes.append(f"{removed} private contact(s) taken out of the description")
    return event, notes


def _quiet(organizer: OrganizerRef, contact: str, *, private: bool) -> OrganizerRef:
    """The organizer with the contact data that may be kept.

    A private organizer is marked as such, so that the next check recognizes it.
    """
    return replace(organizer, contact=contact, type=OrganizerType.INDIVIDUAL if private else organizer.type)


def _links(event: NormalizedEvent) -> Iterator[Flag]:
    links = links_of(event)
    bad_hosts = spam_filter().bad_hosts if links else frozenset()
    for name, found in (
        (MALICIOUS, ((malicious(link, bad_hosts), link) for link in links)),
        (MISMATCHED, ((mismatched(link), link) for link in links)),
        (SHORTENED, ((shortened(link), link) for link in links)),
    ):
        reasons: dict[str, Link] = {}
        for reason, link in found:
            if reason:
                reasons.setdefault(reason, link)
        for reason, link in list(reasons.items())[:_MOST_REASONS]:
            seen_by = {"url": link.url[:_LONGEST_REASON], "text": link.text[:_LONGEST_REASON]}
            yield Flag(check=name, reason=reason[:_LONGEST_REASON], evidence=seen_by)


def _spam(event: NormalizedEvent) -> Iterator[Flag]:
    judge = spam_filter()
    chance = judge.probability(f"{event.title}. {event.description}" if event.description else event.title)
    if chance >= judge.threshold:
        reported = topics_of(words(f"{event.title} {event.description}", _MOST_WORDS))
        yield Flag(
            check=SPAM,
            reason=f"reads like spam ({chance:.2f})",
            evidence={"probability": round(chance, 4), "topics": sorted(reported)},
        )


def _profanity(event: NormalizedEvent) -> Iterator[Flag]:
    for where, text in (("title", event.title), ("description", event.description)):
        found = strong_words(text, event.language)[:_MOST_REASONS] if text else []
        if found:
            reason = f"strong words in the {where}: {', '.join(found)}"[:_LONGEST_REASON]
            yield Flag(
                check=PROFANITY,
                reason=reason,
                evidence={"field": where, "words": found, "language": event.language},
            )


def _copied(event: NormalizedEvent, copies: Sequence[Copied]) -> Iterator[Flag]:
    others = [other for other in copies if is_copy(event, other)]
    if not others:
        return
    first, count = others[0], f"{len(others)} other event{'s' if len(others) > 1 else ''}"
    by = f" by {first.organizer}" if first.organizer else ""
    reported = [
        {"event": str(other.event_id), "title": other.title[:200], "organizer": other.organizer[:200]}
        for other in others[:_MOST_SHOWN]
    ]
    yield Flag(
        check=COPIED,
        reason=f"the same description as {count} of other people, such as “{first.title[:100]}”{by[:100]} on {first.start}"[
            :_LONGEST_REASON
        ],
        evidence={"count": len(others), "events": reported},
    )
