"""The WSGI entry point, for servers without ASGI. Live updates need `config.asgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.requests import Utf8WsgiRequest  # noqa: E402 (after the apps are ready)

application.request_class = Utf8WsgiRequest
