"""What goes through the door, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.mail import EmailMessage

from mail.enums import Stream


class Result(StrEnum):
    """What came of a mail. Only `deferred` and `held` may be sent again by the caller, with the same key.

    `sent`: a provider took it, now or before. `unknown`: one may have taken it, so it is not sent again until the provider
    or an operator settles it. `refused`: it never goes. `suppressed`: the address gets no such mail. `deferred`: try again
    at `retry_at`. `held`: nothing was tried, since mail is switched off, its campaign is stopped, or no provider is free;
    that is no attempt.
    """

    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    SUPPRESSED = "suppressed"
    DEFERRED = "deferred"
    HELD = "held"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail for the door, with what `mail.outgoing.send` takes beside it."""

    message: EmailMessage
    stream: Stream
    kind: str = ""
    key: str = ""
    campaign: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """`reason` contains no address; `code` is the server's reply, such as `550 5.1.1`.

    `retry_at` is set for `deferred` and `held`.
    """

    result: Result
    reason: str = ""
    code: str = ""
    retry_at: datetime | None = None
    dispatch: UUID | None = None
