"""Synchronous code sends to the channel layer without an event loop of its own."""

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from config.valkey.breaker import BREAKER, ValkeyAway
from config.valkey.layer import HintLayer


async def test_members_of_the_group_get_the_message_and_others_do_not():
    layer = get_channel_layer()
    member = await layer.new_channel()
    await layer.group_add("members", member)
    layer.send_to_group("others", {"type": "told", "number": 1})
    layer.send_to_group("members", {"type": "told", "number": 2})
    assert await layer.receive(member) == {"type": "told", "number": 2}


async def test_a_connection_that_the_server_closed_is_opened_again():
    layer = get_channel_layer()
    member = await layer.new_channel()
    await layer.group_add("members", member)
    layer.send_to_group("members", {"type": "told", "number": 1})
    with Redis.from_url(settings.REDIS_URL) as other:
        mine = layer._client.client_id()
        assert other.client_kill_filter(_id=mine) == 1
    layer.send_to_group("members", {"type": "told", "number": 2})
    assert [(await layer.receive(member))["number"] for _ in range(2)] == [1, 2]


def test_a_server_that_is_away_is_asked_once(tmp_path, monkeypatch):
    monkeypatch.setattr(BREAKER, "_answers", None)  # the probe asks the one that is there
    layer = HintLayer(hosts=[f"unix://{tmp_path}/nobody"], prefix="p")
    try:
        with pytest.raises(RedisError):
            layer.send_to_group("members", {"type": "told"})
        assert BREAKER.is_open
        with pytest.raises(ValkeyAway):
            get_channel_layer().send_to_group("members", {"type": "told"})
    finally:
        BREAKER.worked()
