"""One thread with one database connection for all queries of a hub, however many readers there are."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections
from django.db.utils import load_backend

_CONNECT_SECONDS = 3
P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThread:
    """Runs functions that use the ORM, one after the other."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live", initializer=_leave_pool)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work`. A connection that failed, or grew too old, is replaced before it."""
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, lambda: _fresh(work, *args, **kwargs)
        )

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._executor, connections.close_all)
        self._executor.shutdown(wait=False)


def _leave_pool() -> None:
    """Give this thread a connection of its own, outside the pool.

    While the database is unreachable, a pool makes its users wait; here each attempt fails or succeeds at
    once.
    """
    settings = deepcopy(connections.settings["default"])
    if settings["OPTIONS"].pop("pool", None):
        settings["OPTIONS"].setdefault("connect_timeout", _CONNECT_SECONDS)
        settings["CONN_MAX_AGE"] = None
        connections["default"] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")


def _fresh(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    close_old_connections()
    return work(*args, **kwargs)
