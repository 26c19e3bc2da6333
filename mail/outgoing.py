"""The one door: every mail of the house leaves by `send`, or a few together by `send_together`.

A mail is written down (`Dispatch`) before the first byte of its text can leave, and what came of it after: at once, or in
one statement for those that go together. A key goes once: whoever dies in between leaves the state `handing`, which becomes
`unknown` and is not sent again by itself. Another provider gets the mail only after a definite refusal.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.timezone import now as clock
from uuid_utils.compat import uuid7

from accounts.crypto import address_hash
from flags.models import Flag
from flags.services import first_off
from mail import dispatches, limits
from mail.dispatches import Entry, Known
from mail.enums import TAKEN, DispatchState, FailureKind, Stream, SuppressionReason
from mail.exceptions import NotMine
from mail.failures import Failure, read_failure
from mail.headers import address_of, unsafe_header
from mail.pauses import retry_at
from mail.providers import Provider, providers_of
from mail.records import Letter, Outcome, Result
from mail.services import note_refusal
from pipeline import tracing

log = structlog.get_logger(__name__)

_END_OF: Final = {
    FailureKind.UNSURE: DispatchState.UNKNOWN,
    FailureKind.GONE: DispatchState.BOUNCED,
    FailureKind.CONTENT: DispatchState.DEAD,
}
#: The switches that hold a stream, and what is said of each.
_SWITCHES: Final = {Stream.TRANSACTIONAL: (Flag.MAIL,), Stream.DIGEST: (Flag.MAIL, Flag.DIGESTS)}
_SAID_OFF: Final = {Flag.MAIL: "mail is switched off", Flag.DIGESTS: "digests are switched off"}
#: So many go together.
TOGETHER: Final = 10
#: So long a mail waits while it is held.
HELD_FOR: Final = timedelta(minutes=10)


def send(
    message: EmailMessage,
    *,
    stream: Stream,
    kind: str = "",
    key: str = "",
    campaign: str = "",
    now: datetime | None = None,
) -> Outcome:
    """Hand one mail to one recipient over to a provider.

    Raises nothing for what a provider, the network or the mail itself does: the outcome says it. `key` is the sender's name
    for the mail, such as `digests.delivery:UUID`; without one the mail is tried once. `kind` says which mail it is.
    Mails of a `campaign` stop when too many of them bounce. Call it outside of a transaction: the row must be stored before
    the mail leaves.
    """
    letter = Letter(message=message, stream=stream, kind=kind, key=key, campaign=campaign)
    return send_together([letter], now=now)[0]


def send_together(letters: Sequence[Letter], *, now: datetime | None = None) -> list[Outcome]:
    """Hand over a few mails, at most `TOGETHER`, as `send` does one after the other; the outcome of each, in their order.

    What is known of them is read at once, and written at once which of them were taken, whatever stops the others. So
    where the process dies, those that were begun and not yet written are of unknown end.
    """
    moment, entries = now or clock(), [_entry(letter) for letter in letters]
    turn = _Turn(moment, left=len(letters))
    known = dispatches.look([entry for entry in entries if isinstance(entry, Entry)])
    found, rest = list[Outcome](), iter(known)
    try:
        for letter, entry in zip(letters, entries, strict=True):
            found.append(
                entry if isinstance(entry, Outcome) else turn.take(letter.message, entry, next(rest))
            )
    finally:
        turn.write()
    return found


def settled(key: str, *, now: datetime) -> Outcome | None:
    """What came of a mail whose process may have died; None where it can be sent."""
    entry = Entry(key=key, stream=Stream.TRANSACTIONAL, kind="", campaign="", address_hash="", is_once=False)
    return _settled(dispatches.look([entry])[0], now)


def _entry(letter: Letter) -> Entry | Outcome:
    """The mail as it is written down; that it is refused where a header breaks its line."""
    if unsafe := unsafe_header(letter.message):
        return Outcome(result=Result.REFUSED, reason=unsafe)
    return Entry(
        key=letter.key or f"once:{uuid7()}", stream=letter.stream, kind=letter.kind, campaign=letter.campaign,
        address_hash=address_hash(address_of(letter.message)), is_once=not letter.key,
    )  # fmt: skip


@dataclass(slots=True)
class _Turn:
    """What mails that go together share: switches, places in the rates of providers, and what is still to be written."""

    now: datetime
    left: int
    off: dict[Stream, Flag | None] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    taken: dict[UUID, str] = field(default_factory=dict)
    answering: set[str] = field(default_factory=set)

    def take(self, message: EmailMessage, entry: Entry, known: Known) -> Outcome:
        """What came of one of them."""
        if entry.stream not in self.off:
            self.off[entry.stream] = first_off(*_SWITCHES[entry.stream])
        stopped = _stopped(entry, known, self.off[entry.stream], self.now)
        of = str(message.extra_headers.get("X-Request-ID", ""))
        with tracing.span("mail", of=of, stream=str(entry.stream), kind=entry.kind) as span:
            outcome = stopped or _Passage(message, entry, known, self).through()
            span.note(result=str(outcome.result))
        self.left -= 1
        return outcome

    def wait_for(self, provider: str) -> float:
        """Seconds until the provider may get a mail; 0.0 for now. Asks for as many places as mails are left."""
        if not self.places.get(provider):
            found = limits.enter(provider, self.left)
            if not found.taken:
                return found.wait
            self.places[provider] = found.taken
        self.places[provider] -= 1
        return 0.0

    def took(self, id_: UUID, provider: str, name: str) -> None:
        """A provider has the mail."""
        self.taken[id_] = name
        self.answering.add(provider)

    def failed(self, provider: str, failure: Failure) -> None:
        """A provider did not take a mail: count it where it is at fault, after what it took before."""
        if provider in self.answering or not failure.is_outage:
            self.answering.discard(provider)
            limits.succeeded(provider)
        if failure.is_outage:
            limits.failed(provider)
        if failure.retry_after:
            limits.pause(provider, failure.retry_after)
        self.places.pop(provider, None)

    def write(self) -> None:
        """Write down what was taken."""
        if self.taken:
            dispatches.took(self.taken)
        for provider in self.answering:
            limits.succeeded(provider)


def _stopped(entry: Entry, known: Known, off: Flag | None, now: datetime) -> Outcome | None:
    """Why the mail is not tried; None where it is."""
    before = _settled(known, now)
    if before:
        return before
    if known.suppressed == SuppressionReason.BOUNCE or (known.suppressed and entry.stream is Stream.DIGEST):
        dispatches.note(entry, known.id or uuid7(), DispatchState.SUPPRESSED, known.suppressed, now)
        return Outcome(result=Result.SUPPRESSED, reason=f"the address is suppressed: {known.suppressed}")
    if off:
        return _held(_SAID_OFF[off], now)
    if entry.stream is Stream.DIGEST and settings.PRODUCTION and not settings.MAIL_POSTAL_ADDRESS:
        return _held("MAIL_POSTAL_ADDRESS is not set: no digest leaves without the operator's address", now)
    return _held("its campaign is stopped", now) if known.is_stopped else None


def _settled(known: Known, now: datetime) -> Outcome | None:
    """What came of the same key before."""
    if known.id is None:
        return None
    if known.state in TAKEN:
        return Outcome(result=Result.SENT, dispatch=known.id)
    if known.state == DispatchState.HANDING:
        if known.handed_at is not None and known.handed_at > now - dispatches.LEASE:
            return _held("another process hands it over", now)
        dispatches.lose(known.id)
    if known.state in (DispatchState.HANDING, DispatchState.UNKNOWN):
        return Outcome(result=Result.UNKNOWN, reason=known.reason or dispatches.LOST, dispatch=known.id)
    if known.state in (DispatchState.DEAD, DispatchState.BOUNCED):
        return Outcome(result=Result.REFUSED, reason=known.reason, code=known.code, dispatch=known.id)
    return None


def _held(reason: str, now: datetime, wait: timedelta = HELD_FOR) -> Outcome:
    return Outcome(result=Result.HELD, reason=reason, retry_at=now + wait)


@dataclass(slots=True)
class _Passage:
    """One mail on its way through the door."""

    message: EmailMessage
    entry: Entry
    known: Known
    turn: _Turn
    claim: UUID = field(default_factory=uuid7)
    id: UUID = field(default_factory=uuid7)
    failures: list[tuple[Provider, Failure]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def through(self) -> Outcome:
        """Try the providers in order, until one takes the mail, refuses it for good, or leaves it open."""
        self.id = self.known.id or self.id
        for provider in self._free():
            outcome = self._by(provider)
            if outcome:
                return outcome
        return self._deferred()

    def _free(self) -> Iterator[Provider]:
        """The providers whose breaker is closed and whose rate has room."""
        for provider in providers_of(self.entry.stream):
            wait = self.turn.wait_for(provider.name)
            if wait:
                self.waits.append(wait)
            else:
                yield provider

    def _by(self, provider: Provider) -> Outcome | None:
        """What came of one provider; None where another one may try."""
        begun = False

        def begin() -> None:
            nonlocal begun
            dispatches.begin(self.entry, self.id, self.claim, provider.name, self.turn.now)
            begun = True

        try:
            name = provider.hand_over(self._written_for(provider), begin)
        except NotMine:
            return _held("another process hands it over", self.turn.now)
        except Exception as error:  # not only SMTP's and anymail's: an encoding, a backend's own
            return self._failed(provider, read_failure(error, begun=begun))
        self.turn.took(self.id, provider.name, name)
        return Outcome(result=Result.SENT, dispatch=self.id)

    def _written_for(self, provider: Provider) -> EmailMessage:
        """The mail with what the provider's webhook gives back: no opening and no click is tracked."""
        message = copy.copy(self.message)
        for name, value in (
            ("metadata", {"dispatch": str(self.id)}),
            ("tags", [self.entry.stream.value]),
            ("track_opens", False),
            ("track_clicks", False),
        ):
            setattr(message, name, value)
        message.connection = None
        return message

    def _failed(self, provider: Provider, failure: Failure) -> Outcome | None:
        self.turn.failed(provider.name, failure)
        log.warning(
            "mail_not_taken", provider=provider.name, kind=self.entry.kind, key=self.entry.key, meaning=failure.kind.value,
            reason=failure.reason,
        )  # fmt: skip
        if failure.kind is FailureKind.ROUTE:
            self.failures.append((provider, failure))
            return None
        self._write(provider, failure, _END_OF[failure.kind])
        if failure.kind is FailureKind.UNSURE:
            return Outcome(result=Result.UNKNOWN, reason=failure.reason, code=failure.code, dispatch=self.id)
        if failure.kind is FailureKind.GONE:
            note_refusal(
                self.entry.address_hash, code=failure.code, campaign=self.entry.campaign, now=self.turn.now
            )
        return Outcome(
            result=Result.REFUSED, reason=failure.reason, code=failure.code, dispatch=self.id
        )  # fmt: skip

    def _deferred(self) -> Outcome:
        """No provider took it: it waits, or is given up."""
        if not self.failures:
            seconds = min(self.waits, default=HELD_FOR.total_seconds())
            return _held("no provider is free", self.turn.now, timedelta(seconds=max(1.0, seconds)))
        provider, failure = self.failures[-1]
        again = retry_at(self.known.tries + 1, self.turn.now, asked=failure.retry_after)
        if self.entry.is_once or again is None:
            self._write(provider, failure, DispatchState.DEAD)
            return Outcome(result=Result.REFUSED, reason=failure.reason, code=failure.code, dispatch=self.id)
        self._write(provider, failure, DispatchState.DEFERRED)
        return Outcome(
            result=Result.DEFERRED, reason=failure.reason, code=failure.code, retry_at=again, dispatch=self.id
        )  # fmt: skip

    def _write(self, provider: Provider, failure: Failure, state: DispatchState) -> None:
        dispatches.note(
            self.entry, self.id, state, failure.reason, self.turn.now, code=failure.code, provider=provider.name, claim=self.claim
        )  # fmt: skip
