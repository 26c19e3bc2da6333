"""One outgoing proxy, and the request for a tunnel through it."""

from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import httpcore

HEAD = 8192


class ProxyBroken(httpcore.ProxyError):
    """The proxy itself fails: no connection, an invalid answer, or our name and password are refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """An HTTP proxy that supports CONNECT. `authorization` is the whole header value, '' for none."""

    host: str
    port: int
    authorization: str = ""

    @classmethod
    def from_url(cls, url: str) -> "Proxy":
        """Read `http://[user:password@]host:port`.

        Raises ValueError for anything else, without the password in its text.
        """
        split = urlsplit(url)
        if split.scheme != "http" or not split.hostname or split.path not in ("", "/"):
            raise ValueError("PROXY_URL and PROXY_URLS must be http://[user:password@]host:port")
        authorization = ""
        if split.username:
            pair = f"{unquote(split.username)}:{unquote(split.password or '')}"
            authorization = "Basic " + b64encode(pair.encode()).decode("ascii")
        return cls(host=split.hostname, port=split.port or 3128, authorization=authorization)

    def __repr__(self) -> str:
        """Leave out the password: this may reach a log or a traceback."""
        return f"Proxy({self.host}:{self.port})"


def ask_tunnel(stream: httpcore.NetworkStream, proxy: Proxy, target: str, seconds: float) -> None:
    """Request a tunnel from the proxy (RFC 9110, 9.3.6).

    Raises ProxyBroken where the proxy fails, httpcore.ProxyError where the target does.
    """
    authorization = f"Proxy-Authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
    stream.write(
        f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n".encode("ascii"), seconds
    )
    head = b""
    while b"\r\n\r\n" not in head:
        piece = stream.read(HEAD, seconds)
        head += piece
        if not piece or len(head) > HEAD:
            raise ProxyBroken("the proxy gave no valid answer")
    words = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        raise ProxyBroken("the proxy gave no valid answer")
    if words[1] == b"407":
        raise ProxyBroken("the proxy refuses our name and password")
    if words[1] != b"200":
        raise httpcore.ProxyError(f"the proxy answered {words[1:2]!r}")
