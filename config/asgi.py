"""The ASGI entry point: web and live feed in one process on one port."""

import gc
import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()

from config.requests import Utf8AsgiRequest  # noqa: E402 (after the apps are ready)
from operations.watch import thread as watch  # noqa: E402 (after the apps are ready)
from realtime.routing import live_http, websockets  # noqa: E402 (after the apps are ready)

django.request_class = Utf8AsgiRequest
application = ProtocolTypeRouter({"http": live_http(django), "websocket": websockets})

if os.environ.get("NOCTURNE_WATCH") == "1":
    watch.start()

# Objects loaded so far are permanent. If the garbage collector examined them, it would cost a fifth of the
# time in which thousands of readers connect. It looks at new ones after so many, not after 700: each connection
# makes hundreds that stay, and looking through them was a third of that time.
gc.collect()
gc.freeze()
gc.set_threshold(10_000)
