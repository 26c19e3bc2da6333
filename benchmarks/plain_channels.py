"""The baseline for the hub: Channels as in its tutorial, where each connection is a consumer in one group."""

import json
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

GROUP = "everybody"


class Member(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One connection."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self.send(text_data='{"type":"hello"}')

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def told(self, event: dict[str, Any]) -> None:
        """Handle a message to the group."""
        await self.send(text_data=json.dumps({"type": "event.changed", "data": event["data"]}))


def send(card: dict[str, Any]) -> float:
    """Send to the group. Returns the moment before."""
    from channels.layers import get_channel_layer

    moment = time.monotonic()
    get_channel_layer().send_to_group(GROUP, {"type": "told", "data": card})
    return moment


def __getattr__(name: str) -> Any:
    """`application`, created when a server imports it: Django must be configured first."""
    if name != "application":
        raise AttributeError(name)
    from channels.routing import ProtocolTypeRouter
    from django.core.asgi import get_asgi_application

    return ProtocolTypeRouter({"http": get_asgi_application(), "websocket": Member.as_asgi()})
