"""How the web process listens; tests/realtime/test_servers.py tests that it serves."""

import pytest

from config.web import BACKLOG, LARGEST_MESSAGE, WebSocket, WebSocketFactory, address


@pytest.mark.parametrize(
    ("host", "spelled"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::1", r"\:\:1"), ("[::]", r"\:\:")],
)
def test_any_host_is_listened_on_with_room_for_a_crowd(host, spelled):
    assert address(host, 8100) == ["-e", f"tcp:port=8100:interface={spelled}:backlog={BACKLOG}"]


def test_connections_share_the_settings_of_the_server(monkeypatch):
    for name in WebSocket.CONFIG_ATTRS:
        monkeypatch.setattr(WebSocket, name, None, raising=False)
    factory = WebSocketFactory(None)
    factory.setProtocolOptions(maxMessagePayloadSize=LARGEST_MESSAGE, autoPingTimeout=30)
    connection = factory.buildProtocol(None)
    assert connection.maxMessagePayloadSize == LARGEST_MESSAGE
    assert connection.autoPingTimeout == 30
    assert connection.perMessageCompressionAccept is factory.perMessageCompressionAccept
    assert vars(connection).keys().isdisjoint(WebSocket.CONFIG_ATTRS)
