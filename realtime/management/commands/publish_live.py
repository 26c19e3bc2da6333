"""`manage.py publish_live`: publish changes to nginx with nchan (LIVE_ENGINE=nchan), until stopped.

Only one process publishes; others wait to replace it.
"""

import asyncio
import contextlib
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from realtime.feed.hub import close_hub, current_hub
from realtime.nchan.engine import Engine
from realtime.nchan.engine_state import EngineStateStore
from realtime.nchan.publisher import Publisher


class Command(BaseCommand):
    help = "Hand the changes to nginx with nchan, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LIVE_ENGINE != "nchan" or not settings.LIVE_NCHAN_URL:
            raise CommandError("Set LIVE_ENGINE=nchan and LIVE_NCHAN_URL first.")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_publish())


async def _publish() -> None:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    engine = Engine(settings.LIVE_NCHAN_URL)
    store = EngineStateStore()
    with contextlib.suppress(asyncio.CancelledError):
        await Publisher(await current_hub(), engine, store).run()
    await close_hub()
    await engine.close()
    await store.close()
