"""The requests that the live feed serves itself, beside Django."""

from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from realtime.connections.origins import SiteOrigins
from realtime.consumers.polling import long_poll
from realtime.consumers.sse import live_stream
from realtime.consumers.websocket import live_socket
from realtime.nchan.gate import PATH, gate

_socket = SiteOrigins(live_socket)


async def websockets(scope: Any, receive: Any, send: Any) -> None:
    """Serve `/ws/live` for pages of this site. Any other address is refused."""
    if scope["path"] == "/ws/live":
        await _socket(scope, receive, send)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 4404})


def live_http(django: Any) -> Any:
    """An ASGI application for the event stream and the waiting polls; `django` serves all other requests."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        if path == "/api/v1/live":
            await live_stream(scope, receive, send)
        elif (
            path == "/api/v1/changes"
            and parse_qs(scope["query_string"].decode("latin1")).get("wait", ["0"])[-1] != "0"
        ):
            await long_poll(scope, receive, send)
        elif path == PATH and settings.LIVE_ENGINE == "nchan":
            await gate(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application
