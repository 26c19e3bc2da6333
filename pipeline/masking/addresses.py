"""Finds secrets in web addresses: such an address grants access, so it is never published.

Secrets stand in three places: the user name before the host, fields (`token=…`, in the query or the
fragment), and segments of the path: Google's `private-…`, Outlook's, iCloud's and Teamup's calendars,
webhooks, links that confirm or unsubscribe. A public id (an event's, a picture's, a video's) looks as random
as a key, so a segment counts only beside a word for its purpose.
"""

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from pipeline import patterns
from pipeline.characters import unescape

#: The longest address. A longer one is invalid, and counts as one with a secret.
MOST: Final = 4_000
#: How often an address may be escaped (%2525…): more escapes hide something.
DEEPEST: Final = 5

#: The start and end of a secret in an address.
Part = tuple[int, int]

#: Characters that browsers remove from an address, and that they read as a slash; these schemes need no two
#: slashes.
_AS_READ: Final = {ord("\t"): None, ord("\n"): None, ord("\r"): None, ord("\\"): "/"}
_OPENING: Final = patterns.compile(r"\s*+(https?|webcals?|ftp):/?(?!/)", patterns.IGNORECASE, longest=MOST)
_USER: Final = patterns.compile(r"(?<=//)[^/?#\\\s]*@", longest=MOST)
_FIELD: Final = patterns.compile(r"(?<![\w.\-\[\]])([\w.\-\[\]]++)=([^&;#?=\s\"'<>]++)", longest=MOST)
_REST: Final = patterns.compile(r"[^&;#\s\"'<>]*+", longest=MOST)
_SEGMENT: Final = patterns.compile(r"(?<=[/#])[^/?#\s\"'<>]++", longest=MOST)
_SURE_NAME: Final = patterns.compile(
    r"token|secret|passw(?:or)?d|passphrase|passcode|(?:api|app|auth|access|cache|feed|ical|private|rss|shared|stream|user)[_.\-]?key|signature|credential"
    r"|^(?:jwt|pwd|otp|pvttk)$",
    patterns.IGNORECASE,
    longest=MOST,
)
#: Names of secrets that also have other meanings.
_MAYBE_NAME: Final = patterns.compile(
    r"^(?:key|sig|auth|pass|code|app_?id|tk|session|(?:php|j|asp|cf)?sess(?:ion)?[_\-]?(?:id|key))$",
    patterns.IGNORECASE,
    longest=MOST,
)
_OPENS: Final = frozenset({"key", "sig", "auth", "pass"})
_IDS: Final = frozenset({"id", "ids", "event", "eid", "event_id", "eventid"})
_UUID: Final = patterns.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", patterns.IGNORECASE, longest=MOST
)
_HEX: Final = patterns.compile(r"[0-9a-f]++", patterns.IGNORECASE, longest=MOST)
_APART: Final = patterns.compile(r"[^0-9A-Za-z]++", longest=MOST)
_PRIVATELY: Final = "private-"
_KINDS: Final = frozenset(
    {"basic", "basic.ics", "full", "full.ics", "full-noattendees", "free-busy", "free-busy.ics", "embed"}
)
_TEAMUP: Final = patterns.compile(r"ks[0-9a-z]{12,}", patterns.IGNORECASE, longest=MOST)
_BOT: Final = patterns.compile(r"bot[0-9]++:[\w\-]{8,}", patterns.IGNORECASE, longest=MOST)
_FILE: Final = (".ics", ".ical", ".icalendar", ".ifb", ".vcs", ".vcal")
#: Words of a path beside which a random segment grants access.
_INNER: Final = frozenset(
    {
        "private", "ical", "ics", "icalendar", "webcal", "caldav", "carddav", "dav", "owa", "published", "public-calendars", "calfeed", "subscription",
        "subscriptions", "subscribe", "unsubscribe", "confirm", "confirmation", "verify", "verification", "activate", "activation", "reset",
        "password-reset", "magic", "magic-link", "token", "tokens", "secret", "secrets", "apikey", "oauth", "webhook", "webhooks", "hook", "hooks",
    }
)  # fmt: skip
#: Words of a calendar's address.
_CALENDAR: Final = frozenset({
    "calendar", "calendars", "cal", "feed", "feeds", "ical", "ics", "icalendar", "webcal", "caldav", "private", "published",
})  # fmt: skip
#: Words behind a key.
_ENDS: Final = frozenset({"unsubscribe", "confirm", "verify", "reset"})
_OF_EVENT: Final = frozenset({"event", "events", "e"})
_LONG: Final = 24
#: Every address with a secret contains one of these, or a word of _INNER.
_HINTS: Final = ("=", "@", "%", "&", _PRIVATELY, "/bot", "eyj", "teamup", "webcal", "hooks.", *_FILE)


def has_secret(address: str) -> bool:
    """Whether `address` contains a secret, in any escaping, so that it must not be published."""
    if len(address) > MOST:
        return True
    address = as_read(address)
    return _may_have(address.lower()) and _has_secret(address)


def as_read(address: str) -> str:
    r"""`address` as browsers read it.

    Without tabs and line ends, with `/` for `\`, with two slashes behind the scheme.
    """
    address = address.translate(_AS_READ)
    opening = _OPENING.match(address)
    return f"{opening.group(1)}://{address[opening.end() :]}" if opening else address


@lru_cache(maxsize=1_024)
def _has_secret(address: str) -> bool:
    """Cached, since the addresses of one source recur."""
    return any(
        depth > DEEPEST or any(_parts(plain, sure=True)) for depth, plain in enumerate(unescaped(address))
    )


def secret_parts(address: str) -> list[Part]:
    """The parts of `address` to mask, in order and without overlap.

    More than `has_secret` is sure of, since masking costs little.
    """
    parts: list[Part] = []
    for start, end in sorted(_parts(address[:MOST], sure=False)):
        if parts and start < parts[-1][1]:
            parts[-1] = (parts[-1][0], max(end, parts[-1][1]))
        else:
            parts.append((start, end))
    return parts


def shown_plain(word: str) -> str | None:
    """`word` unescaped far enough to show its secrets; None where it is escaped too often."""
    layers = list(unescaped(word))
    if len(layers) > DEEPEST + 1:
        return None
    counts = [sum(1 for _ in _parts(plain, sure=True)) for plain in layers] if len(layers) > 1 else [0]
    best = counts.index(max(counts))
    return "".join(one if one.isprintable() else "\ufffd" for one in layers[best]) if best else word


def _may_have(lower: str) -> bool:
    """A quick test: most addresses have none."""
    return any(hint in lower for hint in _HINTS) or not _INNER.isdisjoint(lower.replace("#", "/").split("/"))


def unescaped(address: str) -> Iterator[str]:
    """Yield `address`, and each layer of unescaping (HTML, percent), at most two more than DEEPEST."""
    yield address
    for _ in range(DEEPEST + 1):
        plain = unquote(unescape(address))
        if plain == address:
            return
        address = plain
        yield address


def _parts(address: str, *, sure: bool) -> Iterator[Part]:
    for user in _USER.finditer(address):
        yield user.start(), user.end() - 1
    found = list(_SEGMENT.finditer(address)) if "/" in address else []
    host = found.pop(0).group().lower() if found and address[: found[0].start()].endswith("//") else ""
    words = [segment.group().lower() for segment in found]
    yield from _fields(address, words, sure=sure)
    for place, segment in enumerate(found):
        start, end = segment.span()
        if words[place].startswith(_PRIVATELY):
            start += len(_PRIVATELY)
            secret = start < end and (not sure or _is_secret_private(words, place))
        else:
            secret = _is_secret_segment(segment.group(), words, place, host)
        if secret:
            yield start, end


# --- fields ---


def _fields(address: str, words: Sequence[str], *, sure: bool) -> Iterator[Part]:
    if "=" not in address:
        return
    is_file = _is_calendar_file(address, words)
    of_calendar = is_file or not _CALENDAR.isdisjoint(words)
    done = 0
    for field in _FIELD.finditer(address):
        if field.start() < done:
            continue
        name, value = field.group(1).lower(), field.group(2)
        if _is_secret_field(name, value, sure=sure, of_calendar=of_calendar) or (
            is_file and name not in _IDS and is_made(value)
        ):
            rest = _REST.match(address, field.end())
            done = rest.end() if rest else field.end()
            yield field.start(2), done


def _is_secret_field(name: str, value: str, *, sure: bool, of_calendar: bool) -> bool:
    if _SURE_NAME.search(name) or _is_signed(value):
        return True
    if not _MAYBE_NAME.match(name):
        return False
    if not sure:
        return True
    if name in _OPENS and (of_calendar or (len(value) >= 8 and _is_mixed(value))):
        return True
    return is_made(value)


# --- segments of the path ---


def _is_secret_private(words: Sequence[str], place: int) -> bool:
    """Google's `private-0123…/basic.ics`, and not `private-dining`."""
    after, drawn = _after(words, place), words[place].removeprefix(_PRIVATELY)
    return (
        after in _KINDS
        or len(drawn) > _LONG
        or (drawn.isalnum() and _is_mixed(drawn))
        or (drawn.isdigit() and len(drawn) > 4)
    )


def _is_secret_segment(segment: str, words: Sequence[str], place: int, host: str) -> bool:
    if (
        _BOT.fullmatch(segment)
        or (_TEAMUP.fullmatch(segment) and host.endswith("teamup.com"))
        or _is_signed(segment)
    ):
        return True
    before = words[place - 1] if place else ""
    if len(segment) < 12 or _after(words, place) == "public" or before in _OF_EVENT:
        return False
    if _INNER.intersection(words[:place]) and (is_made(segment) or _is_long(segment)):
        return True
    is_owned = "@" in before[1:] and not _CALENDAR.isdisjoint((*words[:place], words[-1].partition(".")[0]))
    if (host.startswith("hooks.") or is_owned or not _ENDS.isdisjoint(words[place + 1 :])) and is_made(
        segment
    ):
        return True
    return words[-1].endswith(_FILE) and is_made(segment, least=12) and not _UUID.search(segment)


def _after(words: Sequence[str], place: int) -> str:
    return words[place + 1] if place + 1 < len(words) else ""


def _is_calendar_file(address: str, words: Sequence[str]) -> bool:
    return address[:6].lower() == "webcal" or any(word.endswith(_FILE) for word in words[-2:])


def is_made(text: str, *, least: int = 16) -> bool:
    """Whether the text is a random key: letters and digits that alternate, without words."""
    drawn = _APART.sub("", text.partition(".")[0] or text)
    if len(drawn) < least:
        return False
    if _HEX.fullmatch(drawn) and _is_mixed(drawn):
        return True
    turns = sum(_turns(one, other) for one, other in itertools.pairwise(drawn))
    return turns >= len(drawn) * 0.24


def _turns(one: str, other: str) -> bool:
    return one.isdigit() != other.isdigit() or (one.islower() and other.isupper())


def _is_signed(text: str) -> bool:
    """A JSON web token."""
    return text.startswith("eyJ") and text.count(".") == 2


def _is_long(segment: str) -> bool:
    """Whether a segment is one word of many letters and digits, which no title has."""
    return any(len(run) >= _LONG and _is_mixed(run) for run in _APART.split(segment))


def _is_mixed(text: str) -> bool:
    return any(one.isdigit() for one in text) and any(one.isalpha() for one in text)
