"""Who told what of an event, in a sentence for readers."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from events.models import Event
from events.services.locks import TEAM
from events.services.plans import PERSON
from events.words import since_words
from pipeline.contract.enums import Online, PriceType


def provenance_words(event: Event, *, now: datetime) -> str:
    """`Time and place from Blue Room, price from Ticketmaster, checked 3 h ago.`; '' where nobody is named.

    `checked` is when the last of them was asked with success. `now` is local to the event.
    """
    names = {str(listing.origin_id): listing.origin.name for listing in event.listings.all()}
    told: dict[str, list[str]] = {}
    for group, fact in _facts(event):
        given = event.provenance.get(group, {})
        giver = str(given.get("origin", ""))
        name = _person_of(event, given) if giver == PERSON else names.get(giver, "")
        if name:
            told.setdefault(name, []).append(fact)
    if not told:
        return ""
    parts = [
        _("%(facts)s from %(source)s") % {"facts": get_text_list(facts, _("and")), "source": name}
        for name, facts in told.items()
    ]
    asked = [
        listing.origin.covered_at
        for listing in event.listings.all()
        if listing.origin.name in told and listing.missing_since is None and listing.origin.covered_at
    ]
    if asked:
        parts.append(_("checked %(ago)s") % {"ago": since_words(max(asked).astimezone(now.tzinfo), now=now)})
    return f"{capfirst(', '.join(parts))}."


def _person_of(event: Event, given: Mapping[str, object]) -> str:
    """The organizer, else the venue, where its team gave a value; else the moderators."""
    if not given.get(TEAM):
        return _("our moderators")
    if event.organizer is not None:
        return event.organizer.name
    return event.place.name if event.place is not None else ""


def _facts(event: Event) -> Iterator[tuple[str, str]]:
    """The groups of facts that readers go by, as far as they are known, with what they call them."""
    known: Mapping[str, tuple[bool, str]] = {
        "start": (True, _("time")),
        "venue": (bool(event.place_words) and event.online != Online.YES, _("place")),
        "price": (event.price_type != PriceType.UNKNOWN or event.price_min is not None, _("price")),
        "description": (bool(event.description), _("description")),
    }
    yield from ((group, fact) for group, (is_known, fact) in known.items() if is_known)
