"""Messages from processes to the hubs over the channel layer.

They may get lost: each hub also polls the outbox and checks rights by itself.
"""

from typing import Any, Final

from channels.layers import get_channel_layer

#: The one group of the channel layer. Its members are the hubs.
GROUP: Final = "live.hubs"
#: Types of the messages: changes have numbers, a transient message, rights may have changed.
HINT: Final = "hint"
TRANSIENT: Final = "transient"
RIGHTS: Final = "rights"


def send_to_hubs(message: dict[str, Any]) -> None:
    """Send `message` to every hub. Raises RedisError (after a second where Valkey does not answer)."""
    layer = get_channel_layer()
    if layer is not None:
        layer.send_to_group(GROUP, message)
