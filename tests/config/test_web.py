"""How the web process listens; tests/realtime/test_servers.py tests that it serves."""

import pytest

from config.web import BACKLOG, words


@pytest.mark.parametrize(
    ("host", "spelled"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::1", r"\:\:1"), ("[::]", r"\:\:")],
)
def test_any_host_is_listened_on_with_room_for_a_crowd(host, spelled):
    assert words(host, 8100)[-3:-1] == ["-e", f"tcp:port=8100:interface={spelled}:backlog={BACKLOG}"]
