"""Restrictions that a child process sets for itself before it reads outside data."""

import ctypes
import resource
import signal
import sys
from typing import Any
from urllib.parse import urlsplit

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_FILES = 4096


class UnproxiedConnection(PermissionError):
    """Something in this process tried to reach the network without the guarded proxy."""


def allow_only_proxy(proxy: str) -> None:
    """Restrict this process to connections to `proxy` (http://127.0.0.1:PORT) and to Unix sockets (PEP 578).

    It cannot resolve names.
    """
    allowed = (urlsplit(proxy).hostname, urlsplit(proxy).port)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][:2] != allowed:
            raise UnproxiedConnection(f"no connection but to the guarded proxy, not {arguments[1][0]}")
        if event in ("socket.getaddrinfo", "socket.gethostbyname") and arguments[0] not in (
            None,
            "",
            allowed[0],
        ):
            raise UnproxiedConnection("names are resolved by the guarded proxy alone")
        if (
            event in ("socket.sendto", "socket.sendmsg")
            and isinstance(arguments[1], tuple)
            and arguments[1][:2] != allowed
        ):
            raise UnproxiedConnection("no datagrams")

    sys.addaudithook(hook)


def no_core_dumps() -> None:
    """Disable core dumps, which would write the memory, with a password in it, to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft == resource.RLIM_INFINITY or soft > wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def own_time() -> None:
    """Remove the limit of processor time inherited from the parent: this process has its own limits."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def die_with_parent(how: signal.Signals) -> None:
    """Linux: receive the signal `how` when the parent dies. Elsewhere the broken pipe has the same effect."""
    _prctl(_PR_SET_PDEATHSIG, int(how))


def adopt_orphans() -> None:
    """Linux: become the parent of orphaned descendants, so that none escapes by a new session."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
