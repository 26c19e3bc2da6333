"""Finds secrets in any text: a log line, an error's message, a traceback.

Every function takes time in proportion to the text, whatever it contains.
"""

import ipaddress
from typing import Final

from pipeline import patterns
from pipeline.masking.addresses import MOST, secret_parts, shown_plain

MASK: Final = "…"
#: How many characters are read; the caller must cut longer texts (`cut`).
LONGEST: Final = 40_000

_WORD: Final = patterns.compile(r"[^\s\"'<>]++", longest=LONGEST)
#: A name and what precedes its value: `token=`, `"password": "`, `Cookie: `, `(b'password', b'`, and
#: `\\"token\\": \\"` of JSON within JSON.
_NAMED: Final = patterns.compile(
    r"(?<![\w.\-])([\w.\-]++)((?:\\{0,16}[\"'])?(?:\s{0,20}(?:=>|[=:])\s{0,20}|(?<=[\"'])\s{0,3},\s{0,3}(?=b?\\{0,16}[\"']))"
    r"(?:b?\\{0,16}[\"'])?)",
    longest=LONGEST,
)
_LONGEST_NAME: Final = 200
_SECRET_NAME: Final = patterns.compile(
    r"passw|passphrase|passcode|secret|token|authorization|cookie|api[_\-]?key|access[_\-]?key|credential|signature|(?:^|[_\-.])dsn(?:$|[_\-.])"
    r"|(?:private|encryption|lookup|signing|shared|client|auth|consumer|master|geocoder|extractor|sess(?:ion)?)[_\-]?key|sess(?:ion)?[_\-]?id"
    r"|^(?:pwd|jwt|otp)$",
    patterns.IGNORECASE,
    longest=_LONGEST_NAME,
)
_SHORT_NAME: Final = frozenset({"key", "sig", "auth", "pass", "app_id", "appid"})
_BARE: Final = patterns.compile(r"[^\s\"'&;,<>(){}\[\]]++", longest=LONGEST)
_DOUBLY: Final = patterns.compile(r"(?:[^\"\\\n]|\\[^\n])++", longest=LONGEST)
_SINGLY: Final = patterns.compile(r"(?:[^'\\\n]|\\[^\n])++", longest=LONGEST)
#: In a quoted text, the value ends before the next quote.
_INNER: Final = patterns.compile(r"[^\"'\n]++", longest=LONGEST)
_SEVERAL: Final = patterns.compile(r"[\[{(][^\]})\n]++", longest=LONGEST)
_LINE: Final = patterns.compile(r"[^\n]++", longest=LONGEST)
_SCHEME: Final = patterns.compile(
    r"\b(bearer|basic|digest)(\s{1,3})[A-Za-z0-9._~+/=\-]{6,}+", patterns.IGNORECASE, longest=LONGEST
)
_LEADING: Final = patterns.compile(
    r"(?:bearer|basic|digest|token)\s{1,3}", patterns.IGNORECASE, longest=LONGEST
)
#: Keys with a characteristic prefix.
_KNOWN: Final = patterns.compile(
    r"(?<![\w\-])(?:eyJ[\w\-]{8,}+\.[\w\-]++\.[\w\-]*+|(?:sk|rk)_(?:live|test)_\w{8,}+|noc_[0-9A-Za-z]{20,}+|gh[pousr]_\w{20,}+|xox[abeprs]-[\w\-]{10,}+"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*+|AKIA[0-9A-Z]{16}|AIza[\w\-]{30,}+)",
    longest=LONGEST,
)
_MAILBOX: Final = patterns.compile(r"(?<![\w.%+\-])([\w.%+\-])[\w.%+\-]*+@([\w.\-]++)", longest=LONGEST)
#: In the form of an address.
_MAILBOX_QUOTED: Final = patterns.compile(
    r"(?<![\w.+%\-])(?!%40)([\w.+%\-])(?:[\w.+\-]|%(?!40))*+%40([\w.\-]++)", longest=LONGEST
)
_IPV4: Final = patterns.compile(r"(?<![\w.])((?:[0-9]{1,3}\.){3})[0-9]{1,3}(?![\w.]*[0-9])", longest=LONGEST)
_IPV6: Final = patterns.compile(r"(?<![\w:.])[0-9A-Fa-f:]{3,45}+(?![\w])", longest=LONGEST)


def is_secret_name(name: str) -> bool:
    """Whether a value with this name (of a setting, a header, a field) is probably secret."""
    return bool(_SECRET_NAME.search(name[:_LONGEST_NAME]))


def cut(text: str, most: int) -> str:
    """At most `most` characters of `text`, without a word at the cut, which may be part of a secret.

    A note marks the cut.
    """
    if len(text) <= most:
        return text
    said = f" {MASK} ({len(text)} characters)"
    return without_last_word(text[: max(most - len(said), 0)]) + said


def without_last_word(text: str) -> str:
    """`text` up to its last gap; of a long last word the last 400 characters are removed."""
    start = max(len(text) - 400, 0)
    gap = max(text.rfind(" ", start), text.rfind("\n", start))
    return text[: gap if gap >= 0 else start]


def hide_secrets(text: str, *, mask: str = MASK) -> str:
    """`text` with `mask` in place of possible secrets.

    In addresses, behind names (`token=…`, `"password": "…"`), in Authorization and Cookie.
    """
    text = _WORD.sub(lambda word: _hidden_word(word.group(), mask), text)
    text = _KNOWN.sub(mask, _SCHEME.sub(rf"\1\2{mask}", text))
    return _hidden_values(text, mask)


def hide_people(text: str) -> str:
    """`text` with personal addresses shortened.

    Mail addresses to their first letter, `a…@example.org`, IP addresses to their network, `198.51.100.…`.
    """
    if "@" in text:
        text = _MAILBOX.sub(_hidden_mailbox, text)
    if "%40" in text:
        text = _MAILBOX_QUOTED.sub(_hidden_mailbox, text)
    if "." in text:
        text = _IPV4.sub(_hidden_ipv4, text)
    return _IPV6.sub(_hidden_ipv6, text) if ":" in text else text


def _hidden_word(word: str, mask: str) -> str:
    """One word of a text, which may be an address. It is unescaped if that is necessary to mask it."""
    if "/" not in word and "=" not in word and "%" not in word:
        return word
    plain = shown_plain(word[:MOST])
    if plain is None:
        return mask
    return _without(plain, mask) + (mask if len(word) > MOST else "")


def _without(address: str, mask: str) -> str:
    done, pieces = 0, []
    for start, end in secret_parts(address):
        pieces += [address[done:start], mask]
        done = end
    return "".join((*pieces, address[done:]))


def _hidden_values(text: str, mask: str) -> str:
    done, pieces = 0, []
    for named in _NAMED.finditer(text):
        if named.start() < done:
            continue
        value = _value_of(named, text)
        if value is not None and not value.group().startswith(mask):
            pieces += [text[done : value.start()], mask]
            done = value.end()
    return "".join((*pieces, text[done:]))


def _value_of(named: patterns.Match[str], text: str) -> patterns.Match[str] | None:
    """The value behind a secret's name, None behind another."""
    name, sign = named.group(1).lower(), named.group(2)
    if not is_secret_name(name) and not (sign == "=" and name in _SHORT_NAME):
        return None
    start = named.end()
    if sign.endswith(('"', "'")) and "\\" in sign:
        return _INNER.match(text, start)
    if sign.endswith(('"', "'")):
        return (_DOUBLY if sign.endswith('"') else _SINGLY).match(text, start)
    if ":" in sign and ("cookie" in name or "authorization" in name):
        leading = _LEADING.match(text, start)
        return _LINE.match(text, leading.end() if leading else start)
    return _BARE.match(text, start) or _SEVERAL.match(text, start)


def _hidden_mailbox(found: patterns.Match[str]) -> str:
    first, host = found.groups()
    return f"{first}{MASK}@{host}" if "." in host or host == "localhost" else found.group()


def _hidden_ipv4(found: patterns.Match[str]) -> str:
    return _shown(found.group(), f"{found.group(1)}{MASK}")


def _hidden_ipv6(found: patterns.Match[str]) -> str:
    if found.group().count(":") < 2:
        return found.group()
    return _shown(found.group(), f"{':'.join(found.group().split(':')[:3])}:{MASK}")


def _shown(address: str, network: str) -> str:
    """A visitor's address as its network; addresses of our own networks, and invalid ones, unchanged."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    ours = (
        found.is_loopback
        or found.is_link_local
        or found.is_unspecified
        or any(found in net for net in _OURS if net.version == found.version)
    )
    return address if ours else network


_OURS: Final = tuple(
    ipaddress.ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
