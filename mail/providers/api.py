"""The API of a provider that anymail knows. Its requests go through the guarded HTTP client, as all others."""

import os
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import requests
from anymail.backends.base_requests import AnymailRequestsBackend
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from requests.adapters import BaseAdapter

from egress.client import GuardedClient
from egress.factory import open_sender
from egress.records import RequestPolicy
from mail.exceptions import NothingTaken
from pipeline.contract.http_errors import EgressError

#: An API answers within so many seconds, or nobody knows what it did.
_SECONDS: Final = 30.0
_MOST_BYTES: Final = 65_536


class _Kept(threading.local):
    """The HTTP client of this thread, with its connections."""

    client: GuardedClient | None = None
    process = 0
    begin: Callable[[], None]


_kept = _Kept()


class _Adapter(BaseAdapter):
    """The transport of a `requests.Session`, which sends by the guarded client."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """One POST. Raises EgressError where there is no answer; every status is an answer."""
        if request.method != "POST" or request.url is None:
            raise ImproperlyConfigured(f"A mail provider's request must be a POST, not {request.method}.")
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        headers = {name: str(value) for name, value in request.headers.items()}
        http = _client()
        _kept.begin()
        try:
            answer = http.post(request.url, content=body, headers=headers)
        except EgressError as error:
            if error.status is None:
                raise
            return _response(request, error.status, error.headers, error.content)
        return _response(request, answer.status, answer.headers, answer.content)

    def close(self) -> None:
        """The client is kept for the thread's next mail."""


class ApiProvider:
    """`name` is anymail's module, such as `sendgrid`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self) -> None:
        """Raise ImproperlyConfigured where anymail has no such provider, or it cannot be used here."""
        _backend_class(self.name)

    def hand_over(self, message: EmailMessage, begin: Callable[[], None]) -> str:
        """See `Provider.hand_over`. A request that cannot be made at all raises before `begin`."""
        _kept.begin = begin
        backend = _backend_class(self.name)()
        if not backend.send_messages([message]):
            raise NothingTaken("the message names no recipient")
        status: Any = getattr(message, "anymail_status", None)
        name = status.message_id if status is not None else ""
        return str(name)[:200] if isinstance(name, str) else ""


@cache
def _backend_class(name: str) -> type[AnymailRequestsBackend]:
    """anymail's backend of the provider over our transport. Raises ImproperlyConfigured."""
    try:
        known = import_string(f"anymail.backends.{name}.EmailBackend")
    except ImportError as error:
        raise ImproperlyConfigured(f"MAIL_PROVIDERS: anymail knows no provider {name!r}.") from error
    if not issubclass(known, AnymailRequestsBackend):
        raise ImproperlyConfigured(
            f"MAIL_PROVIDERS: {name} does not send over the HTTP client of the house; use its SMTP server instead."
        )

    class Guarded(known):  # type: ignore[misc, valid-type]
        def create_session(self) -> requests.Session:
            session: requests.Session = super().create_session()
            session.trust_env = False  # neither .netrc nor proxies of the environment
            for scheme in ("https://", "http://"):
                session.mount(scheme, _Adapter())
            return session

    return Guarded


def _client() -> GuardedClient:
    """Without redirects, retries or limits of its own: the door has those."""
    if _kept.client is None or _kept.process != os.getpid():
        policy = RequestPolicy(
            user_agent=settings.EGRESS_USER_AGENT, obey_robots=False, max_redirects=0, only_status=True,
            max_received=_MOST_BYTES, max_decoded=_MOST_BYTES, total_timeout=_SECONDS, read_timeout=_SECONDS,
            rate=600_000, host_rate=600_000,
        )  # fmt: skip
        _kept.client, _kept.process = open_sender(policy, name="mail"), os.getpid()
    return _kept.client


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], content: bytes
) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.reason = status, ""
    answer.headers.update({name: value for name, value in headers.items() if name != "content-encoding"})
    answer._content = content
    answer.url, answer.request = str(request.url), request
    return answer
