"""A process that is told to stop first tells its readers, and then lets the server stop.

Servers close connections before an application hears of it (uvicorn), or cancel them (Daphne has no lifespan
at all), so the signal itself is taken: by the hub, when it begins, in front of the server's own handler,
which gets it back when all are told.
"""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def run_before_shutdown(leave: Callable[[], Awaitable[None]]) -> None:
    """Wait for a signal to stop, do `leave`, and let the signal have its way. A second signal does not wait.
    Never returns by itself."""
    if threading.current_thread() is not threading.main_thread():  # signals are not ours there
        return
    loop, told = asyncio.get_running_loop(), asyncio.Event()
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
            loop.call_soon_threadsafe(told.set)

    for each in SIGNALS:
        before[each] = signal.signal(each, take)
    try:
        await told.wait()
        await leave()
        give_back()
        signal.raise_signal(received[0])
        await loop.create_future()
    finally:
        give_back()
