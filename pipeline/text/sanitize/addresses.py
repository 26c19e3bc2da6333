"""Web addresses in text from outside."""

from typing import Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.masking import has_secret
from pipeline.text.sanitize.mending import ANY_SPACE, MAX_ROUNDS, decoded, without_controls

MAX_URL: Final = 2_000
_ADDRESS: Final = patterns.compile(r"\b(?:https?|webcals?)://[^\s\"'<>]++", patterns.IGNORECASE)
#: The end of a host and what follows, of an address with or without a scheme: `calendar.google.com/…`. It
#: begins with the part that is found fastest.
_AFTER_HOST: Final = patterns.compile(r"\.[A-Za-z]{2,63}(?::[0-9]{1,5})?/[^\s\"'<>]++")
_BEFORE_PATH: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:/+")
_MAX_HOST: Final = 280
#: Markup within a word, such as an address, that readers see as one word.
_INLINE: Final = (
    r"<(?:/?(?:a|b|i|u|s|q|em|strong|span|font|mark|small|big|su[bp]|code|wbr|abbr)\b|!--)[^<>]*>"
)
_INLINES: Final = patterns.compile(_INLINE, patterns.IGNORECASE)
_SPLIT: Final = patterns.compile(rf"/[^\s\"'<>/]*+(?:{_INLINE})++[^\s<]", patterns.IGNORECASE)
_URL_BAD: Final = patterns.compile('[\x00-\x1f\x7f<>"\\\\]')
#: Signs that browsers write as %7C and the like, in the path and behind it (WHATWG URL, 1.3).
_ENCODED: Final = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "^`{|}"})


def public_url(url: str) -> str:
    """Like `http_url`, but '' for an address that grants access: an address that readers may be sent to."""
    safe = http_url(url)
    return "" if not safe or has_secret(safe) else safe


def http_url(url: str) -> str:
    """`url` as an absolute http or https address.

    '' where it is invalid, too long, contains a user name, or has an invalid host.
    """
    url = _whole_url(url)
    if url.startswith("//"):
        url = f"https:{url}"
    elif url.lower().startswith("www."):
        url = f"https://{url}"
    url = ANY_SPACE.sub("%20", url).translate(_ENCODED)
    if not url or len(url) > MAX_URL or _URL_BAD.search(url):
        return ""
    try:
        parts = urlsplit(url)
        sound = (
            parts.scheme in ("http", "https")
            and _host_is_sound(parts.hostname)
            and parts.username is None
            and (parts.port or 1) > 0
        )
    except ValueError:
        return ""
    return url if sound else ""


def without_secrets(text: str) -> str:
    """`text` without addresses that grant access."""
    if "/" not in text:
        return text
    shown = _without_bare(_ADDRESS.sub(_if_public, text) if "://" in text else text)
    return without_split(shown) if "<" in shown else shown


def _if_public(found: patterns.Match[str]) -> str:
    return "" if has_secret(found.group()) else found.group()


def _without_bare(text: str) -> str:
    """The text without such addresses that have no scheme, or another one."""
    kept: list[str] = []
    done = 0
    for found in _AFTER_HOST.finditer(text):
        start, least = found.start(), max(done, found.start() - _MAX_HOST)
        while start > least and text[start - 1] in _BEFORE_PATH:
            start -= 1
        if has_secret(text[start : found.end()]):
            kept.append(text[done:start])
            done = found.end()
    return "".join((*kept, text[done:])) if done else text


def without_split(text: str) -> str:
    """The text without addresses that markup splits; if there is one, all markup within words is removed."""
    if ">" not in text or not _SPLIT.search(text):
        return text
    joined = _INLINES.sub("", text)
    public = _without_bare(_ADDRESS.sub(_if_public, joined))
    return text if public == joined else public


def _whole_url(url: str) -> str:
    """`url` without entities and what stands around it.

    Its letters stay as they are: a composed or repaired one is another file for most servers.
    """
    for _ in range(MAX_ROUNDS):
        better = decoded(without_controls(url)).strip().strip("<>\"'")
        if better == url:
            return url
        url = better
    return ""


def _host_is_sound(host: str | None) -> bool:
    return (
        bool(host)
        and host is not None
        and not host.startswith(("-", "."))
        and "%" not in host
        and ".." not in host
    )
