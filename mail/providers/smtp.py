"""An SMTP server. The text begins only after the server's 354; until then nothing can have been taken."""

import os
import smtplib
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from mail.exceptions import NothingTaken
from mail.providers.written import written
from pipeline import patterns

#: A connection is kept for the next mail of the same thread, for so many seconds and mails.
_KEPT_SECONDS: Final = 30.0
_KEPT_MAILS: Final = 100
_PLAIN: Final = patterns.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+", longest=320
)


class _Staged(smtplib.SMTP):
    """smtplib, with a hook between the server's 354 and the text. The hook is `begin`."""

    begin: Callable[[], None]

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the text (RFC 5321, 4.1.1.4): after `begin`, with dots doubled, once."""
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        try:
            self.begin()
        except Exception:
            self.close()  # without the final dot the server takes nothing
            raise
        self.send(_as_sent(msg.encode("ascii") if isinstance(msg, str) else bytes(msg)))
        return self.getreply()


def _as_sent(raw: bytes) -> bytes:
    """Whole lines, each ending as SMTP wants it, with a dot before each that begins with one, and the final dot."""
    text = b"\n" + raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n")
    return text.replace(b"\n.", b"\n..")[1:].replace(b"\n", b"\r\n") + b"\r\n.\r\n"


class _StagedTls(_Staged, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


def _in_envelope(address: str, encoding: str) -> str:
    """An address as Django cleans it; one that is plain already needs no parser, which takes .2 ms."""
    told: str = address if _PLAIN.fullmatch(address) else sanitize_address(address, encoding)
    return told


class _Backend(EmailBackend):
    """Django's backend with the staged conversation: timeouts, STARTTLS, login as the settings have them."""

    def _send(self, email_message: EmailMessage) -> bool:
        recipients = email_message.recipients()
        if not recipients:
            return False
        encoding = email_message.encoding or settings.DEFAULT_CHARSET
        sender, *addressed = (_in_envelope(one, encoding) for one in (email_message.from_email, *recipients))
        _conversation(self).sendmail(sender, addressed, written(email_message))
        return True

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _StagedTls if self.use_ssl else _Staged


class _Kept(threading.local):
    """The open connection of this thread."""

    backend: _Backend | None = None
    owner: tuple[Any, ...] = ()
    until = 0.0
    mails = 0


_kept = _Kept()


class SmtpProvider:
    """The server of EMAIL_HOST."""

    name = "smtp"

    def hand_over(self, message: EmailMessage, begin: Callable[[], None]) -> str:
        """See `Provider.hand_over`.

        A kept connection that the server has closed meanwhile is opened anew, once: nothing of the mail had left.
        """
        begun = False

        def beginning() -> None:
            nonlocal begun
            begun = True
            begin()

        for last in (False, True):
            was_kept = _reuse()
            backend = _kept.backend or _connected()
            try:
                _conversation(backend).begin = beginning
                if not backend.send_messages([message]):
                    raise NothingTaken("the message names no recipient")
            except Exception as error:
                if not _is_gone(error):
                    raise
                forget_connection()
                if last or begun or not was_kept:
                    raise
                continue
            _kept.mails += 1
            return ""
        raise AssertionError("the second round returns or raises")


def forget_connection() -> None:
    """Close the connection that this thread keeps. An error after the server's answer changes nothing."""
    backend, _kept.backend = _kept.backend, None
    if backend is not None and _kept.owner == _owner():
        with suppress(Exception):
            backend.close()


def _conversation(backend: _Backend) -> _Staged:
    """Raises SMTPServerDisconnected where it is over."""
    if not isinstance(backend.connection, _Staged):
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return backend.connection


def _is_gone(error: Exception) -> bool:
    """Whether the connection can serve no other mail. After a reply other than 421 it can."""
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == 421
    return not isinstance(error, smtplib.SMTPRecipientsRefused)


def _reuse() -> bool:
    """Whether a connection of this thread can be used: of these settings, this process, and not too old."""
    if _kept.backend is None:
        return False
    if _kept.owner != _owner() or time.monotonic() > _kept.until or _kept.mails >= _KEPT_MAILS:
        forget_connection()
        return False
    return True


def _connected() -> _Backend:
    backend = _Backend()
    backend.open()
    _kept.backend, _kept.owner = backend, _owner()
    _kept.until, _kept.mails = time.monotonic() + _KEPT_SECONDS, 0
    return backend


def _owner() -> tuple[Any, ...]:
    return (
        os.getpid(), settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL, settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
    )  # fmt: skip
