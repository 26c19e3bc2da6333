"""Hears what anymail reads out of a provider's webhook."""

from typing import Any, Final

from anymail.signals import EventType, RejectReason, tracking
from django.dispatch import receiver

from accounts.crypto import address_hash
from accounts.user_input import uuid_of
from mail.enums import News
from mail.failures import code_of, concerns_address, masked
from mail.services import note_news
from mail.services.tracking import Told

_NEWS: Final = {
    EventType.QUEUED: News.TAKEN,
    EventType.SENT: News.TAKEN,
    EventType.DELIVERED: News.DELIVERED,
    EventType.FAILED: News.REFUSED,
    EventType.COMPLAINED: News.COMPLAINED,
    EventType.UNSUBSCRIBED: News.LEFT,
}
#: Why a provider did not even try.
_REJECTED: Final = {
    RejectReason.BOUNCED: News.BOUNCED,
    RejectReason.INVALID: News.BOUNCED,
    RejectReason.SPAM: News.COMPLAINED,
    RejectReason.UNSUBSCRIBED: News.LEFT,
}


@receiver(tracking, dispatch_uid="mail.note_news")
def hear(*, event: Any, esp_name: str, **_: Any) -> None:
    """Note the event. Openings and clicks are not asked for, and not kept."""
    news = _news_of(event)
    if news is None:
        return
    response = str(event.mta_response or event.description or "")[:2000]
    note_news(
        Told(
            provider=esp_name.lower(),
            event_id=str(event.event_id or _name_of(event)),
            news=news,
            dispatch=uuid_of((event.metadata or {}).get("dispatch")),
            provider_id=str(event.message_id or "")[:200],
            address_hash=address_hash(event.recipient) if event.recipient else "",
            code=code_of(response),
            reason=masked(f"the provider says: {event.event_type} {response}"),
        )
    )


def _news_of(event: Any) -> News | None:
    if event.event_type == EventType.BOUNCED:
        return _bounce(event)
    if event.event_type == EventType.REJECTED:
        return _REJECTED.get(event.reject_reason, News.REFUSED)
    return _NEWS.get(event.event_type)


def _bounce(event: Any) -> News:
    """Hard only where nobody has the address; a full mailbox, a policy or a temporary reply is soft."""
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    passing = (RejectReason.BLOCKED, RejectReason.TIMED_OUT, RejectReason.SPAM)
    if event.reject_reason in passing or raw.get("type") == "blocked":
        return News.SOFT
    response = str(event.mta_response or "")
    code = code_of(response)
    if not code:
        return News.BOUNCED
    return News.BOUNCED if concerns_address(code, response) else News.SOFT


def _name_of(event: Any) -> str:
    """A name for news of a provider that gives none."""
    return f"{event.message_id} {event.event_type} {event.recipient} {event.timestamp}"
