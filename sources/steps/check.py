"""What makes an event doubtful, as flags with their reason for a moderator: strong words, spam, links that mislead; and private contact
data is taken out before anything is stored.

`lookups` may carry `contact_key` (bytes), the key under which a private organizer's address is hashed; without it the address is dropped.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from events.enums import OrganizerType
from events.records import Flag, NormalizedEvent, OrganizerRef
from sources.checks.contacts import PUBLIC, is_private, safe_contact, without_contacts
from sources.checks.links import links_of, malicious, mismatched, shortened
from sources.checks.profanity import strong_words
from sources.checks.spam import spam_filter
from sources.records import Draft, SourceContext

PROFANITY: Final = "profanity"
SPAM: Final = "spam"
MALICIOUS: Final = "malicious_link"
SHORTENED: Final = "shortened_link"
MISMATCHED: Final = "mismatched_link"
OURS: Final = frozenset({PROFANITY, SPAM, MALICIOUS, SHORTENED, MISMATCHED})
_MOST_REASONS: Final = 3
_LONGEST_REASON: Final = 300


def check(drafts: list[Draft], context: SourceContext, lookups: Any) -> list[Draft]:
    """Add flags for what is doubtful, take out private contact data. Running it again gives the same. Dropped drafts pass through."""
    key: bytes = getattr(lookups, "contact_key", b"")
    return [draft if draft.dropped else _checked(draft, key) for draft in drafts]


def flags_of(event: NormalizedEvent) -> list[Flag]:
    """The flags of one event, the gravest kind first, at most three of a kind."""
    return [*_links(event), *_spam(event), *_words(event)]


def _checked(draft: Draft, key: bytes) -> Draft:
    event, notes = _without_private_contacts(draft.event, key)
    kept = tuple(flag for flag in event.flags if flag.check not in OURS)
    event = replace(event, flags=(*kept, *flags_of(event)))
    return replace(draft, event=event, notes=(*draft.notes, *(note for note in notes if note not in draft.notes)))


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
        description, removed = without_contacts(event.description, personal_only=not private)
        if removed:
            event = replace(event, description=description)
            notes.append(f"{removed} private contact(s) taken out of the description")
    return event, notes


def _quiet(organizer: OrganizerRef, contact: str, *, private: bool) -> OrganizerRef:
    """The organizer with what may be kept. One that was found to be private is called so, or the next look would not know it."""
    return replace(organizer, contact=contact, type=OrganizerType.INDIVIDUAL if private else organizer.type)


def _links(event: NormalizedEvent) -> Iterator[Flag]:
    links = links_of(event)
    bad_hosts = spam_filter().bad_hosts if links else frozenset()
    for name, found in (
        (MALICIOUS, (malicious(link, bad_hosts) for link in links)),
        (MISMATCHED, (mismatched(link) for link in links)),
        (SHORTENED, (shortened(link) for link in links)),
    ):
        reasons = list(dict.fromkeys(reason for reason in found if reason))
        yield from (Flag(check=name, reason=reason[:_LONGEST_REASON]) for reason in reasons[:_MOST_REASONS])


def _spam(event: NormalizedEvent) -> Iterator[Flag]:
    judge = spam_filter()
    chance = judge.probability(f"{event.title}. {event.description}" if event.description else event.title)
    if chance >= judge.threshold:
        yield Flag(check=SPAM, reason=f"reads like spam ({chance:.2f})")


def _words(event: NormalizedEvent) -> Iterator[Flag]:
    for where, text in (("title", event.title), ("description", event.description)):
        found = strong_words(text, event.language)[:_MOST_REASONS] if text else []
        if found:
            yield Flag(check=PROFANITY, reason=f"strong words in the {where}: {', '.join(found)}"[:_LONGEST_REASON])
