"""Bounds that a child process sets for itself before it reads anything from outside."""

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
    """Something in this process tried to reach the network, and not by the guarded proxy."""


def allow_only_proxy(proxy: str) -> None:
    """From now on this process connects to `proxy` (http://127.0.0.1:PORT) and to Unix sockets, and resolves
    no names (PEP 578)."""
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
    """What is in memory here, a password among it, is written nowhere when the process breaks."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft == resource.RLIM_INFINITY or soft > wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def own_time() -> None:
    """The bound of the parent's processor time, which we inherit, is the parent's: this process has bounds of
    its own."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def die_with_parent(how: signal.Signals) -> None:
    """Linux: get `how` when the parent goes away. Elsewhere the pipe that breaks has to do."""
    _prctl(_PR_SET_PDEATHSIG, int(how))


def adopt_orphans() -> None:
    """Linux: whatever our descendants leave behind becomes our child, so that none of them can slip away by a
    new session."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
