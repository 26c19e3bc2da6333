"""Graceful shutdown: a stopping process first notifies its readers, then lets the server stop.

uvicorn closes connections before the application learns of the shutdown, and Daphne cancels them (it has no
lifespan protocol). So the hub installs its own signal handler in front of the server's. When all readers are
notified, it restores the server's handler and raises the signal again.
"""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def run_before_shutdown(leave: Callable[[], Awaitable[None]]) -> None:
    """Wait for a signal to stop, run `leave`, then pass the signal to the server's own handler.

    A second signal is passed on at once. Never returns.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main thread may handle signals
        return
    loop, reported = asyncio.get_running_loop(), asyncio.Event()
    before: dict[int, Any] = {}
    received: list[int] = []

    def give_back() -> None:
        for number, handler in before.items():
            if signal.getsignal(number) is take:
                signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def take(number: int, _frame: Any) -> None:
        received.append(number)
        if len(received) > 1:
            give_back()
            signal.raise_signal(number)
        else:
            loop.call_soon_threadsafe(reported.set)

    for each in SIGNALS:
        before[each] = signal.signal(each, take)
    try:
        await reported.wait()
        await leave()
        give_back()
        signal.raise_signal(received[0])
        await loop.create_future()
    finally:
        give_back()
