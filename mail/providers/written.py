"""The bytes of a mail, as SMTP carries them: what the standard library writes, in less time.

A digest has two parts, text and HTML. Its bytes are joined here; any other mail is written by the library.
"""

import secrets
from email.policy import Compat32
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.message import (
    RFC5322_EMAIL_LINE_LENGTH_LIMIT,
    SafeMIMEMultipart,
    SafeMIMEText,
    forbid_multi_line_headers,
)

#: A header of this length needs no folding (RFC 5322, 2.1.1 asks for 78).
_SHORT: Final = 76
_LINE: Final = "\r\n"
#: Where the library divides a header.
_DIVIDED: Final = frozenset(" ,;")
#: Headers that many mails share: what becomes of one is kept.
_SHARED: Final = frozenset(
    {"Subject", "From", "Reply-To", "List-Id", "List-Unsubscribe-Post", "Content-Language"}
)


class _Policy(Compat32):
    """The standard library's policy, without a search for the place to fold a header that is short or one word: .3 ms each."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The lines of a header."""
        if _is_short(name, value):
            return f"{name}: {value}{self.linesep}".encode()
        if _is_long_word(name, value):
            return f"{name}: {self.linesep} {value}{self.linesep}".encode()
        return super().fold_binary(name, value)


def _is_short(name: str, value: Any) -> bool:
    """Whether a header is one line as it is."""
    return len(name) + len(value) < _SHORT and _is_plain(value) and value == value.strip()


def _is_long_word(name: str, value: Any) -> bool:
    """Whether a header cannot be divided, so that all of it stands on the next line: the link of List-Unsubscribe."""
    length = len(name) + len(value)
    return (
        _SHORT < length < RFC5322_EMAIL_LINE_LENGTH_LIMIT and _is_plain(value) and _DIVIDED.isdisjoint(value)
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


_POLICY: Final = _Policy(linesep=_LINE)


@lru_cache(maxsize=512)
def _encoded(name: str, value: str, encoding: str) -> tuple[str, str]:
    """A shared header as Django encodes it. Raises BadHeaderError where it has more than one line."""
    told: tuple[str, str] = forbid_multi_line_headers(name, value, encoding)
    return told


@lru_cache(maxsize=512)
def _folded(name: str, value: str) -> bytes:
    """The lines of a shared header."""
    return _POLICY.fold_binary(name, value)


def _lines(name: str, value: Any) -> bytes:
    return _folded(name, value) if name in _SHARED else _POLICY.fold_binary(name, value)


def written(mail: EmailMessage) -> bytes:
    """The bytes of a mail, in lines that end as SMTP wants them."""
    return _two_parts(mail) or _by_the_library(mail)


def _by_the_library(mail: EmailMessage) -> bytes:
    """Its parts stand between random boundaries; the generator would search the whole text for a free one."""
    message = mail.message()
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(_boundary())
    message.policy = _POLICY
    return bytes(message.as_bytes(linesep=_LINE))  # type: ignore[call-arg]  # Django's own parameter


def _two_parts(mail: EmailMessage) -> bytes:
    """The bytes of a text with its HTML; b'' for a mail of another shape, and where a line is too long."""
    if (
        type(mail) is not EmailMultiAlternatives
        or mail.attachments
        or mail.encoding
        or len(mail.alternatives) != 1
    ):
        return b""
    (page, kind), text = mail.alternatives[0], mail.body
    if (
        kind != "text/html"
        or mail.content_subtype != "plain"
        or not isinstance(page, str)
        or not isinstance(text, str)
    ):
        return b""
    parts = _part("plain", text), _part("html", page)
    if not all(parts):
        return b""
    name = _boundary()
    between = f"{_LINE}--{name}{_LINE}".encode()
    return b"".join(
        [
            _head(mail, name),
            _LINE.encode(),
            between[2:],
            parts[0],
            between,
            parts[1],
            f"{_LINE}--{name}--{_LINE}".encode(),
        ]
    )


class _Headers(SafeMIMEMultipart):
    """The headers of a mail; those that it shares with others are encoded once."""

    def __setitem__(self, name: str, value: Any) -> None:
        if name in _SHARED:
            name, value = _encoded(name, str(value), self.encoding)
            super(SafeMIMEMultipart, self).__setitem__(name, value)
        else:
            super().__setitem__(name, value)


class _Bare(EmailMessage):
    """A mail without its parts: Django makes its headers."""

    def _create_message(self, msg: SafeMIMEText) -> SafeMIMEMultipart:
        return _Headers(_subtype="alternative", encoding=settings.DEFAULT_CHARSET)


def _head(mail: EmailMultiAlternatives, boundary: str) -> bytes:
    """The headers."""
    bare = _Bare(
        mail.subject,
        "",
        mail.from_email,
        mail.to,
        cc=mail.cc,
        reply_to=mail.reply_to,
        headers=mail.extra_headers,
    )
    message = bare.message()
    message.set_boundary(boundary)
    return b"".join(_lines(name, value) for name, value in message.raw_items())


def _part(kind: str, text: str) -> bytes:
    """One part with its headers; b'' where a line must be shortened."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogateescape")
    lines = raw.split(b"\n")
    if max(map(len, lines)) > RFC5322_EMAIL_LINE_LENGTH_LIMIT:
        return b""
    head = f'Content-Type: text/{kind}; charset="utf-8"{_LINE}MIME-Version: 1.0{_LINE}'
    return (
        f"{head}Content-Transfer-Encoding: {'7bit' if raw.isascii() else '8bit'}{_LINE}{_LINE}".encode()
        + _LINE.encode().join(lines)
    )


def _boundary() -> str:
    return f"=_{secrets.token_hex(16)}"
