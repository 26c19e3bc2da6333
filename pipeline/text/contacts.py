"""Removes private contact data, which must not be published with a private person's event.

An address becomes a keyed hash (the person can be recognized, not reached), a telephone number is dropped.
The public contact of a business, a community or an office stays.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from pipeline import patterns
from pipeline.contract.enums import OrganizerType
from pipeline.contract.normalized import OrganizerRef
from pipeline.siblings import SIBLINGS
from pipeline.text.persons import person_around

PUBLIC: Final = frozenset({OrganizerType.BUSINESS, OrganizerType.COMMUNITY, OrganizerType.GOVERNMENT})
#: Names of shared mailboxes, not of a person.
_OFFICES: Final = frozenset(
    """
    info contact hello events event tickets ticket office admin booking bookings boxoffice enquiries inquiries mail kontakt
    support team press
    """.split()  # noqa: SIM905
)
#: Free mail providers, whose addresses belong to persons.
_PROVIDERS: Final = frozenset(
    """
    gmail googlemail yahoo ymail hotmail outlook live msn icloud me mac aol gmx web t-online orange wanadoo free laposte libero proton protonmail
    rediffmail mail yandex qq 163 zoho
    """.split()  # noqa: SIM905
)
#: The last part of an address before the country's.
_PROVIDER: Final = patterns.compile(r"@([\w-]{1,63})\.[a-z]{2,4}(?:\.[a-z]{2})?$", patterns.IGNORECASE)
_MAIL: Final = patterns.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
#: International with +, or national in groups: 9 to 15 digits in all (E.164 has at most 15). Dates, times and
#: prices do not match.
_PHONE: Final = patterns.compile(
    r"(?<![\w/.=#-])(?:\+\d{1,3}[ .\-/]?)?(?:\(\d{1,5}\)[ .\-/]?)?\d{2,5}(?:[ .\-/]?\d{2,5}){1,4}(?![\w/]|[.-]\d)"
)
_SEPARATOR: Final = patterns.compile(r"[ .\-/]")
_DATE: Final = patterns.compile(
    r"^(?:(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d)\b"
)
#: How many characters before a number may name it as that of a meeting or a book.
_MEETING_LEAD: Final = 14
_MEETING: Final = patterns.compile(
    r"(?:meeting|webinar|id|passcode|code|pin|isbn|iban|no\.?|nr\.?|#)\s*:?\s*$",
    patterns.IGNORECASE,
    longest=_MEETING_LEAD,
)
#: How many characters are searched for the words before an address, and between two numbers of one person.
MAX_LEAD: Final = 30
#: Words before a person's address, and words that join two numbers of one person.
_WRITTEN_TO: Final = patterns.compile(
    r"(?<!\w)(?:e-?mail|mail|write|schreib(?:t|en sie)?"
    r"|écri(?:re|vez)|escrib(?:e|ir)|scriv(?:i|ere|ete)|contact|kontakt)(?: me)?(?: to| at| an| à| a)?\s*:?\s*$",
    patterns.IGNORECASE,
    longest=MAX_LEAD,
)
_JOINED: Final = patterns.compile(
    r"[\s,;]*(?:or|and|oder|und|ou|et|o|y|e|या|/|&|,)[\s(]*", patterns.IGNORECASE
)
#: Punctuation that is left alone after the words before it were removed.
_LEFT_OVER: Final = patterns.compile(r"^(?:[ \t]*[,.;:!)–—-]+)?[ \t]*")
_ANCHOR: Final = patterns.compile(r"<a\b[^<>]*+>", patterns.IGNORECASE)
_ANCHOR_END: Final = patterns.compile(r"</a>", patterns.IGNORECASE)
_DIRECT: Final = patterns.compile(r"\bhref\s*+=\s*+[\"']?(?:mailto|tel|sms|whatsapp):", patterns.IGNORECASE)
_GAP: Final = patterns.compile(r"[ \t]{2,}")
_MARKUP: Final = patterns.compile(r"(<[^<>]*>)")
HASHED: Final = "hash:"


def is_free_mail(address: str) -> bool:
    """Whether an address belongs to a free mail provider."""
    found = _PROVIDER.search(address.strip()[-100:])
    return found is not None and found[1].lower() in _PROVIDERS


def is_private(organizer: OrganizerRef) -> bool:
    """Whether the organizer is a private person: by type, or of unknown type with a free mail address."""
    if organizer.type in PUBLIC:
        return False
    return organizer.type is OrganizerType.INDIVIDUAL or is_free_mail(organizer.contact)


def safe_contact(organizer: OrganizerRef, key: bytes) -> str:
    """The part of the organizer's contact that may be stored.

    Contacts of businesses, authorities and shared mailboxes unchanged; every other address as `hash:` and 32
    hex digits of its HMAC-SHA-256 under `key` ('' without a key); a private or unknown telephone number
    never.
    """
    contact = organizer.contact.strip()
    if (
        organizer.type in (OrganizerType.BUSINESS, OrganizerType.GOVERNMENT)
        or not contact
        or contact.startswith(HASHED)
    ):
        return contact
    address = _MAIL.search(contact)
    if address:
        if not is_private(organizer) and address[0].partition("@")[0].lower() in _OFFICES:
            return contact
        return hashed(address[0], key) if key else ""
    if is_private(organizer) or phones_in(contact):
        return ""
    return contact


def hashed(address: str, key: bytes) -> str:
    """`hash:` and 32 hex digits, the same for one address in any case."""
    return HASHED + hmac.new(key, address.strip().lower().encode(), hashlib.sha256).hexdigest()[:32]


def without_contacts(
    description: str, *, personal_only: bool = False, venues: Collection[str] = ()
) -> tuple[str, int]:
    """The description (HTML or text) without addresses and telephone numbers, and how many were removed.

    The words that lead to them ("call Ravi on") are removed too. Links keep their targets. With
    `personal_only`, where it is unknown whether the organizer is a person, only personal contacts are
    removed: free mail addresses, and numbers beside a person's name or "me" ("call Ravi 98450 12345"). The
    number of a box office stays, and that of one of `venues` (names of places).
    """
    return _without_contacts(description, personal_only, tuple(venues))


@lru_cache(maxsize=SIBLINGS)
def _without_contacts(description: str, personal_only: bool, venues: tuple[str, ...]) -> tuple[str, int]:
    description, direct = (description, 0) if personal_only else _without_direct(description)
    pieces = _MARKUP.split(description)
    removed = direct
    for index in range(0, len(pieces), 2):
        found = _contacts_in(pieces[index], personal_only=personal_only, venues=venues)
        if found:
            pieces[index] = _without(pieces[index], found)
            removed += len(found)
    return "".join(pieces), removed


def _without_direct(description: str) -> tuple[str, int]:
    """The description with the text of links to addresses and numbers in place of the links, and how many."""
    kept, done, count = [], 0, 0
    for anchor in _ANCHOR.finditer(description):
        if anchor.start() < done or not _DIRECT.search(anchor[0]):
            continue
        end = _ANCHOR_END.search(description, anchor.end())
        if end is None:
            break
        kept += [description[done : anchor.start()], description[anchor.end() : end.start()]]
        done, count = end.end(), count + 1
    return "".join([*kept, description[done:]]), count


def _contacts_in(text: str, *, personal_only: bool, venues: Collection[str]) -> list[tuple[int, int]]:
    """The positions of contacts to remove, with the words that lead to them, in order."""
    found = []
    for match in _MAIL.finditer(text):
        if personal_only and not is_free_mail(match[0]):
            continue
        lead = _WRITTEN_TO.search(text, max(0, match.start() - MAX_LEAD), match.start())
        found.append((lead.start() if lead else match.start(), match.end()))
    last = -1
    for match in _phones(text):
        around = person_around(text, *match.span(), venues=venues)
        joined = (
            last >= 0 and match.start() - last <= MAX_LEAD and _JOINED.fullmatch(text, last, match.start())
        )
        if around or joined or not personal_only:
            found.append(around or match.span())
            last = match.end()
    apart: list[tuple[int, int]] = []
    for start, stop in sorted(found):
        if not apart or start >= apart[-1][1]:
            apart.append((start, stop))
    return apart


def _without(text: str, found: list[tuple[int, int]]) -> str:
    """The text without these parts.

    Words that only join two of them, and punctuation that would be left alone, are removed too.
    """
    kept = [text[stop:start] for (_, stop), (start, _) in pairwise([(0, 0), *found, (len(text), len(text))])]
    for at in range(1, len(kept)):
        if at < len(found) and _JOINED.fullmatch(kept[at]):
            kept[at] = ""
        kept[at - 1], kept[at] = _closed(kept[at - 1], kept[at])
    return _GAP.sub(" ", "".join(kept))


def _closed(left: str, right: str) -> tuple[str, str]:
    before, after = left.rstrip(" \t"), right.lstrip(" \t")
    if before.endswith("(") and after.startswith(")"):
        return before[:-1], after[1:]
    if not before or before[-1] in ".!?\n":
        return left, _LEFT_OVER.sub("", right, count=1)
    return (before, after) if after.startswith((",", ".", ";", ":", "!", "?", ")")) else (left, right)


def phones_in(text: str) -> list[str]:
    """The telephone numbers in `text`, as written, without dates, numbers of meetings and books, and amounts."""
    return [match[0] for match in _phones(text)]


def _phones(text: str) -> Iterator[patterns.Match[str]]:
    for match in _PHONE.finditer(text):
        number = match[0]
        digits = sum(letter.isdigit() for letter in number)
        grouped = (
            number.startswith("+") or "(" in number or len(_SEPARATOR.split(number)) > 1 or digits in (10, 11)
        )
        before = text[max(0, match.start() - _MEETING_LEAD) : match.start()]
        if 9 <= digits <= 15 and grouped and not _DATE.match(number) and not _MEETING.search(before):
            yield match
