"""One request and its answer over the guarded transport.

It is sent, received within limits, decoded, or fails with a typed error.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import h2.exceptions
import httpx

from egress import decoding
from egress.exceptions import BadAnswer, ConnectFailed, TimedOut, TooLarge
from egress.outgoing_request import OutgoingRequest
from egress.records import RequestPolicy, Validators
from egress.response_status import REDIRECTS, check_status
from egress.transport import Deadline
from pipeline import patterns
from pipeline.contract.http import Response
from pipeline.contract.http_errors import ClientRefused, EgressError

#: Field names and values that may be sent (RFC 9110, 5.1 and 5.5), ASCII only. An invalid one is our own
#: error.
_NAME = patterns.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = patterns.compile(r"[\t\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Redirect:
    """A 3xx with its Location, not yet checked."""

    status: int
    location: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Exchange:
    """Sends single requests, without redirects, retries or memory."""

    def __init__(
        self,
        transport: httpx.BaseTransport,
        policy: RequestPolicy,
        deadline: Deadline,
        now: Callable[[], datetime],
    ) -> None:
        self._transport = transport
        self._policy = policy
        self._deadline = deadline
        self._now = now
        self._timeouts = httpx.Timeout(
            policy.read_timeout, connect=policy.connect_timeout, pool=policy.connect_timeout
        ).as_dict()

    def send(self, ask: OutgoingRequest, known: Validators | None) -> Response | Redirect:
        """The answer to `ask`, conditional on `known` where given.

        Raises an EgressError for anything but a 2xx or a redirect.
        """
        started = time.monotonic()
        with self._noting_arrival(), self._translated(ask):
            request = self._request(ask, known)
            answer = self._transport.handle_request(request)
            try:
                return self._read(ask, answer, conditional=known is not None, started=started)
            finally:
                answer.close()

    def _request(self, ask: OutgoingRequest, known: Validators | None) -> httpx.Request:
        headers = {**ask.headers, "accept-encoding": decoding.ACCEPTED}
        if known and known.etag:
            headers["if-none-match"] = known.etag
        if known and known.last_modified:
            headers["if-modified-since"] = known.last_modified
        if not all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in headers.items()):
            raise ClientRefused("the request cannot be sent: a header is not valid", url=ask.shown)
        content = ask.content if ask.method == "POST" else None
        return httpx.Request(
            ask.method, ask.url, headers=headers, content=content, extensions={"timeout": self._timeouts}
        )

    def _read(
        self, ask: OutgoingRequest, answer: httpx.Response, *, conditional: bool, started: float
    ) -> Response | Redirect:
        headers = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        try:
            check_status(answer.status_code, headers, url=ask.shown, conditional=conditional, now=self._now())
        except EgressError as error:
            error.headers = headers
            if ask.limits.only_status:
                error.content = self._beginning(ask, answer)
            raise
        if answer.status_code in REDIRECTS:
            return Redirect(answer.status_code, headers["location"], headers)
        content = self._beginning(ask, answer) if ask.limits.only_status else self._body(ask, answer)
        return Response(
            url=str(ask.url),
            status=answer.status_code,
            headers=headers,
            content=content,
            fetched_at=self._now(),
            seconds=time.monotonic() - started,
        )

    def _beginning(self, ask: OutgoingRequest, answer: httpx.Response) -> bytes:
        """What can be read of the body. The status has come, whatever follows it."""
        with contextlib.suppress(EgressError, httpx.HTTPError, httpx.StreamError, h2.exceptions.H2Error):
            return self._body(ask, answer)
        return b""

    def _body(self, ask: OutgoingRequest, answer: httpx.Response) -> bytes:
        """The decoded body. Reading stops when either limit is exceeded, and the connection is closed."""
        limits = ask.limits
        announced = answer.headers.get("content-length", "")
        if (
            announced.isascii()
            and announced.isdigit()
            and float(announced[:20]) > limits.max_received
            and not limits.truncate
        ):
            raise TooLarge(
                f"{announced[:20]} bytes are announced, {limits.max_received} are allowed", url=ask.shown
            )
        decoder = decoding.decoder_for(answer.headers.get("content-encoding", ""), limits.max_decoded)
        body, received = bytearray(), 0
        for chunk in answer.iter_raw():
            received += len(chunk)
            if received > limits.max_received and not limits.truncate:
                raise TooLarge(f"more than {limits.max_received} bytes were received", url=ask.shown)
            for piece in decoder.feed(chunk):
                body += piece
                if len(body) > limits.max_decoded:
                    if limits.truncate:
                        return bytes(body[: limits.max_decoded])
                    raise TooLarge(
                        f"the answer decodes to more than {limits.max_decoded} bytes", url=ask.shown
                    )
            if received > limits.max_received:
                return bytes(body)
        decoder.finish()
        return bytes(body)

    @contextlib.contextmanager
    def _noting_arrival(self) -> Iterator[None]:
        """Mark failures after which the other side may have the request: all, but those of opening a connection."""
        try:
            yield
        except EgressError as error:
            cause = error.__cause__
            error.may_have_arrived = isinstance(
                cause, httpx.HTTPError | httpx.StreamError | h2.exceptions.H2Error
            ) and not isinstance(cause, _BEFORE_SENDING)
            raise

    @contextlib.contextmanager
    def _translated(self, ask: OutgoingRequest) -> Iterator[None]:
        """Convert httpx's errors to ours.

        Their texts come from the network and from TLS, so only the kind and a short detail are kept.
        """
        try:
            yield
        except EgressError:
            raise
        except httpx.TimeoutException as error:
            raise TimedOut(self._which_timeout(error), url=ask.shown) from error
        except httpx.RemoteProtocolError as error:
            if "disconnected without sending" in str(error):
                raise ConnectFailed(
                    "the server closed the connection without an answer", url=ask.shown
                ) from error
            raise BadAnswer(f"not a valid HTTP answer: {str(error)[:200]}", url=ask.shown) from error
        except (httpx.NetworkError, httpx.ProxyError) as error:
            raise ConnectFailed(
                f"{_NETWORK.get(type(error), 'no connection')}: {str(error)[:200]}", url=ask.shown
            ) from error
        except (httpx.HTTPError, httpx.StreamError, h2.exceptions.H2Error) as error:
            raise BadAnswer(f"not a valid HTTP answer: {type(error).__name__}", url=ask.shown) from error

    def _which_timeout(self, error: httpx.TimeoutException) -> str:
        if self._deadline.remaining() <= 0:
            return f"not done after {self._policy.total_timeout:g} s"
        if isinstance(error, httpx.ConnectTimeout):
            return f"no connection after {self._policy.connect_timeout:g} s"
        return f"nothing came for {self._policy.read_timeout:g} s"


#: Errors before the first byte of a request.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_NETWORK: dict[type[Exception], str] = {
    httpx.ReadError: "the connection broke while reading",
    httpx.WriteError: "the connection broke while sending",
    httpx.ProxyError: "no way through the proxy",
}
