"""Sends the deliveries of one claimed endpoint, one after the other, and stores each outcome before the next.

A process that dies after the request and before the outcome is stored sends the message again, with the same id and
the same bytes: a receiver gets each at least once, and tells them apart by `webhook-id`.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.timezone import now as clock

from accounts.crypto import DecryptionFailed
from egress.client import GuardedClient
from egress.exceptions import AddressRefused
from egress.factory import open_sender
from egress.records import RequestPolicy
from pipeline.contract.http_errors import EgressError
from webhooks.enums import DeliveryState, DisabledBecause
from webhooks.models import Delivery, Endpoint
from webhooks.services.claiming import extend, mine, next_delivery, release
from webhooks.services.disabling import disable
from webhooks.signing import signed_headers

log = structlog.get_logger(__name__)

#: How long after a failed try the next one comes, as Standard Webhooks recommends: ten tries in 75 hours.
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
MOST_ATTEMPTS: Final = len(WAITS) + 1
#: An endpoint of which every try failed for so long is disabled.
FAILING: Final = timedelta(days=3)
#: After a failure the whole endpoint rests: 5 s, twice as long after each further one, at most a quarter of an hour.
REST: Final = timedelta(seconds=5)
LONGEST_REST: Final = timedelta(minutes=15)
#: What one claim may take before others have their turn, and how long a try of a quick endpoint takes.
BURST, BURST_SECONDS, QUICK_SECONDS = 20, 10.0, 2.0
MOST_ANSWER: Final = 1_024
_MOST_TRIES_KEPT: Final = 20
_GONE: Final = 410
POLICY: Final = RequestPolicy(
    connect_timeout=10.0, read_timeout=15.0, total_timeout=15.0, max_redirects=0, obey_robots=False, only_status=True,
    max_received=MOST_ANSWER, max_decoded=MOST_ANSWER, rate=600, rate_window=60.0, host_rate=600, host_window=60.0,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of one try. `status` is None where nobody answered; `wait` is what the receiver asked for."""

    status: int | None
    error: str = ""
    answer: bytes = b""
    seconds: float = 0.0
    wait: timedelta | None = None

    @property
    def is_success(self) -> bool:
        """Any 2xx is; the body does not matter."""
        return self.status is not None and 200 <= self.status < 300


def serve(endpoint: Endpoint) -> int:
    """Send what is due to an endpoint that this process has claimed, until a try fails or others have their turn.

    Returns how many requests were sent. Releases the claim.
    """
    begun, sent = time.monotonic(), 0
    try:
        with open_sender(POLICY, name="webhooks") as http:
            while sent < BURST and time.monotonic() - begun < BURST_SECONDS:
                now = clock()
                if not extend(endpoint, now=now):
                    break
                delivery = next_delivery(endpoint.pk, now=now)
                if delivery is None:
                    break
                sent += 1
                outcome = _send(http, endpoint, delivery, now=now)
                if not _settle(endpoint, delivery, outcome, now=clock()):
                    break
    finally:
        release(endpoint)
    return sent


def _send(http: GuardedClient, endpoint: Endpoint, delivery: Delivery, *, now: datetime) -> Outcome:
    body = delivery.message.body.encode()
    begun = time.monotonic()
    try:
        if not endpoint.address.startswith("https://") and not settings.WEBHOOKS_ALLOW_HTTP:
            raise AddressRefused("only https is allowed")
        headers = {"accept": "*/*", **signed_headers(endpoint, delivery, body, now=now)}
        answer = http.post(endpoint.address, content=body, headers=headers)
    except EgressError as failed:
        wait = None if failed.retry_after is None else timedelta(seconds=failed.retry_after)
        return Outcome(
            status=failed.status, error=f"{failed.code}: {failed.detail}", answer=failed.content,
            seconds=time.monotonic() - begun, wait=wait,
        )  # fmt: skip
    except DecryptionFailed:
        return Outcome(status=None, error="the secret cannot be decrypted; renew it")
    return Outcome(status=answer.status, answer=answer.content, seconds=time.monotonic() - begun)


def _settle(endpoint: Endpoint, delivery: Delivery, outcome: Outcome, *, now: datetime) -> bool:
    """Store the outcome. Whether the next one may be sent at once."""
    attempts = delivery.attempts + 1
    values: dict[str, Any] = {
        "attempts": attempts, "tried_at": now, "status": outcome.status, "error": "" if outcome.is_success else outcome.error[:200],
        "answer": outcome.answer[:MOST_ANSWER].decode("utf-8", "replace").replace("\0", "\ufffd"),
        "tries": [*delivery.tries, _told(outcome, now)][-_MOST_TRIES_KEPT:],
    }  # fmt: skip
    if outcome.is_success:
        values |= {"state": DeliveryState.DELIVERED, "delivered_at": now}
    elif attempts >= MOST_ATTEMPTS:
        values |= {"state": DeliveryState.FAILED}
    else:
        values |= {"due_at": now + max(_jittered(WAITS[attempts - 1]), outcome.wait or timedelta())}
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING).update(**values)
    log.info(
        "webhook_sent", endpoint=str(endpoint.pk), delivery=str(delivery.pk), status=outcome.status, attempt=attempts,
        seconds=round(outcome.seconds, 3), error=outcome.error.partition(":")[0],
    )  # fmt: skip
    if outcome.is_success:
        _worked(endpoint, outcome, now)
        return True
    _failed(endpoint, outcome, now)
    return False


def _worked(endpoint: Endpoint, outcome: Outcome, now: datetime) -> None:
    mine(endpoint).update(
        failures=0, failing_since=None, rests_until=None, last_success_at=now,
        is_slow=outcome.seconds > QUICK_SECONDS,
    )  # fmt: skip


def _failed(endpoint: Endpoint, outcome: Outcome, now: datetime) -> None:
    """The endpoint rests, or is disabled: at once for 410, else after three days without a success."""
    row = mine(endpoint)
    row.update(failures=F("failures") + 1, failing_since=Coalesce("failing_since", now), is_slow=True)
    found = row.values_list("failures", "failing_since").first()
    if found is None:
        return
    failures, since = found
    if outcome.status == _GONE:
        disable(endpoint.pk, DisabledBecause.GONE, now=now)
    elif since is not None and since <= now - FAILING:
        disable(endpoint.pk, DisabledBecause.FAILING, now=now)
    else:
        rest = min(REST * 2 ** min(failures - 1, 10), LONGEST_REST)
        row.update(rests_until=now + max(_jittered(rest), outcome.wait or timedelta()))


def _told(outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "at": now.isoformat(), "status": outcome.status, "error": "" if outcome.is_success else outcome.error[:200],
        "seconds": round(outcome.seconds, 3),
    }  # fmt: skip


def _jittered(wait: timedelta) -> timedelta:
    """Up to a tenth longer, so that what failed together does not come back together."""
    return wait * (1 + random.random() / 10)
