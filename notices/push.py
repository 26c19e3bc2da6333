"""Web push (RFC 8030): our key pair, and a notice on its way to one browser.

`pywebpush` encrypts for the browser (RFC 8291) and `py_vapid` signs for the push service (RFC 8292). The guarded HTTP client
sends: the address of a push service comes from a visitor.
"""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from accounts.crypto import DecryptionFailed
from egress.exceptions import AddressRefused
from egress.factory import open_sender
from egress.records import RequestPolicy
from mail.records import Outcome, Result
from notices.enums import Channel, Kind
from notices.kinds import TABLE
from notices.links import off_address
from notices.models import Notice, PushDevice
from notices.words import channel_words, language_of, words_of
from pipeline.base64url import read_base64url, write_base64url
from pipeline.contract.http_errors import EgressError

#: A push service keeps a message so long for a device that is off; a reminder only until the event begins.
KEPT: Final = timedelta(hours=24)
#: Statuses by which a push service says that a subscription is over.
GONE: Final = ("404", "410")
POLICY: Final = RequestPolicy(
    connect_timeout=5.0, read_timeout=10.0, total_timeout=10.0, max_redirects=0, obey_robots=False, only_status=True,
    max_received=1_024, max_decoded=1_024, rate=600, rate_window=60.0, host_rate=600, host_window=60.0,
)  # fmt: skip
_TOKEN: Final = timedelta(hours=12)
_FIRST_PAUSE: Final = timedelta(minutes=1)
#: What a message may hold is 3,993 bytes (RFC 8291, 4). With these it has less than 3,000 in any script; what is longer by many
#: escaped signs has no body.
_MOST_BYTES: Final = 3_900
_LONGEST_TITLE, _LONGEST_BODY = 150, 500
_TOO_MANY: Final = 429


def is_configured() -> bool:
    """Whether this site has a key pair, without which there is no push, and a service worker, which shows what comes."""
    return bool(settings.VAPID_PRIVATE_KEY) and bool(settings.SERVICE_WORKER)


def public_key() -> str:
    """Our public key as browsers take it: the uncompressed point, base64url. '' without push."""
    return _public_of(settings.VAPID_PRIVATE_KEY) if is_configured() else ""


def new_private_key() -> str:
    """A new private key for VAPID_PRIVATE_KEY: 32 bytes, base64url."""
    secret = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return write_base64url(secret.to_bytes(32, "big"))


def send(notice: Notice, device: PushDevice, *, attempts: int, now: datetime) -> Outcome:
    """Send a notice to a device; `code` is the status of the push service. Sent twice, it is shown once, by its tag."""
    try:
        body = _encrypted(device, _payload(notice))
        headers = _headers(notice, device.endpoint, now)
    except DecryptionFailed:
        return Outcome(result=Result.REFUSED, reason="the address of the device cannot be decrypted")
    try:
        with open_sender(POLICY, name="push") as http:
            http.post(device.endpoint, content=body, headers=headers)
    except EgressError as failed:
        return _failed(failed, attempts=attempts, now=now)
    return Outcome(result=Result.SENT)


def _failed(failed: EgressError, *, attempts: int, now: datetime) -> Outcome:
    """What says no for good is refused; a busy or silent push service is tried again, after twice the pause each time."""
    status, reason = failed.status, f"{failed.code}: {failed.detail}"
    is_final = status is not None and status < 500 and status != _TOO_MANY
    if is_final or failed.permanent or isinstance(failed, AddressRefused):
        return Outcome(result=Result.REFUSED, reason=reason, code=str(status or ""))
    pause = max(_FIRST_PAUSE * 2 ** min(attempts, 6), timedelta(seconds=failed.retry_after or 0))
    return Outcome(
        result=Result.DEFERRED, reason=reason, code=str(status or ""), retry_at=now + min(pause, KEPT)
    )


def _payload(notice: Notice) -> bytes:
    """What the service worker shows (`static/js/worker-push.js`), in the language of the person."""
    kind, language = Kind(notice.kind), language_of(notice)
    with translation.override(language):
        words = words_of(notice)
        shown: dict[str, Any] = {
            "title": words.title[:_LONGEST_TITLE], "body": "\n".join(words.lines)[:_LONGEST_BODY], "path": words.path,
            "tag": notice.pk.hex, "lang": language,
        }  # fmt: skip
        if kind is not Kind.SIGN_IN:
            shown["off"] = {
                "path": urlsplit(off_address(notice, Channel.PUSH)).path,
                "label": gettext("Turn it off"),
                "done": gettext("No more: %(what)s (%(channel)s)")
                % {"what": TABLE[kind].name, "channel": channel_words(Channel.PUSH)},
            }
    content = json.dumps(shown, ensure_ascii=False).encode()
    return content if len(content) <= _MOST_BYTES else json.dumps({**shown, "body": ""}).encode()


def _encrypted(device: PushDevice, content: bytes) -> bytes:
    from pywebpush import WebPusher  # noqa: PLC0415 - takes aiohttp and requests with it, which only workers need

    pusher = WebPusher({"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}})
    return bytes(pusher.encode(content, "aes128gcm")["body"])


def _headers(notice: Notice, endpoint: str, now: datetime) -> dict[str, str]:
    from py_vapid import Vapid02  # noqa: PLC0415 - as above

    address = urlsplit(endpoint)
    claims = {
        "aud": f"{address.scheme}://{address.netloc}", "exp": int((now + _TOKEN).timestamp()), "sub": settings.VAPID_SUBJECT,
    }  # fmt: skip
    signed = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).sign(claims)
    return {
        "authorization": signed["Authorization"],
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        "ttl": str(_seconds(notice, now)),
        "urgency": "normal" if TABLE[Kind(notice.kind)].waits else "high",
        "topic": notice.pk.hex,
    }


def _seconds(notice: Notice, now: datetime) -> int:
    if notice.kind != Kind.REMINDER:
        return int(KEPT.total_seconds())
    begins = datetime.fromisoformat(notice.facts["start"])
    return max(0, int(min(begins - now, KEPT).total_seconds()))


@lru_cache(maxsize=4)
def _public_of(private_key: str) -> str:
    key = ec.derive_private_key(int.from_bytes(read_base64url(private_key), "big"), ec.SECP256R1())
    return write_base64url(
        key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
    )
