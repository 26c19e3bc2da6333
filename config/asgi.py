"""The ASGI entry: web and live in one process on one port."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()

from realtime.routing import live_http, websockets  # noqa: E402 (after the apps are ready)

application = ProtocolTypeRouter({"http": live_http(django), "websocket": websockets})
