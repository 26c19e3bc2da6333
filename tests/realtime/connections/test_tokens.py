"""Signing in to the feed by an access token."""

from datetime import timedelta

import pytest
import time_machine
from asgiref.sync import sync_to_async

from accounts.enums import EndReason
from accounts.tokens.families import end_family, read_access, rotate, start_family
from realtime.connections.manager import current_manager
from realtime.feed.protocol import CLOSE_KEY
from tests.factories import NOW
from tests.realtime.clients import Connection, Socket, commit, in_time, listen, listening, scope_of
from tests.realtime.consumers.test_polling import _until, answer

ALL, OWN = "events:all", "user:me"


async def signed_in(user):
    return await sync_to_async(start_family)(user, methods=("pwd",))


async def connected(token: str) -> Socket:
    """A client that has sent a token, and its answer."""
    client = await Socket().accepted()
    assert (await client.frame())["type"] == "hello"
    client.say({"type": "auth", "token": token})
    return client


async def subscribed(client: Socket, *topics: str) -> str:
    client.say({"type": "subscribe", "topics": list(topics)})
    frame = await client.frame()
    return frame.get("code") or frame["type"]


async def swept() -> None:
    await (await current_manager()).rights.sweep()


async def test_a_token_opens_ones_own_topic_and_the_person_hears_of_sign_ins(hub, visit):
    vera = (await visit()).user
    pair = await signed_in(vera)
    client = await connected(pair.access)
    answer = await client.frame()
    until = (await sync_to_async(read_access)(pair.access)).until.isoformat()
    assert answer == {"type": "authenticated", "until": until}
    assert await subscribed(client, OWN) == "subscribed"
    elsewhere = await signed_in(vera)
    await sync_to_async(end_family)(elsewhere.family, EndReason.SIGNED_OUT)
    about = f"session:{elsewhere.family.pk}"
    heard = [await frame_where(client, topic=about) for _ in range(2)]
    assert [(each["type"], each["topics"]) for each in heard] == [
        (f"session.{what}", [OWN]) for what in ("started", "ended")
    ]
    await client.close()


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "x" * 5000, 7, None])
async def test_a_token_that_is_none_is_refused_and_the_connection_goes_on(hub, token):
    client = await connected(token)
    assert (await client.frame())["code"] == "auth"
    assert await subscribed(client, OWN) == "forbidden"
    assert await subscribed(client, ALL) == "subscribed"
    await client.close()


async def test_a_refresh_token_is_refused(hub, visit):
    client = await connected((await signed_in((await visit()).user)).refresh)
    assert (await client.frame())["code"] == "auth"
    await client.close()


async def frame_where(client: Socket, **wanted: object) -> dict:
    """The next frame with these members; the person's own sign-ins are told on the way."""
    frame = await client.frame()
    while any(frame.get(name) != value for name, value in wanted.items()):
        assert frame["type"].startswith("session."), frame
        frame = await client.frame()
    return frame


async def revoked(client: Socket) -> bool:
    return (await frame_where(client, type="error", code="auth"))["topics"] == [OWN]


async def test_signing_out_ends_what_the_token_opened_and_nothing_else(hub, visit):
    vera = await visit()
    pair = await signed_in(vera.user)
    client, page = await connected(pair.access), await listening("websocket", ALL, cookie=vera.cookie)
    await client.frame()
    await subscribed(client, OWN, ALL)
    await sync_to_async(end_family)(pair.family, EndReason.SIGNED_OUT)
    assert await revoked(client)
    await commit(ALL)
    assert await frame_where(client, topics=[ALL])
    assert (await page.frame())["topics"] == [ALL]
    await client.close()
    await page.close()


async def test_a_token_that_expires_ends_what_it_opened_unless_the_next_one_came(hub, visit):
    pair = await signed_in((await visit()).user)
    late, in_time = await connected(pair.access), await connected(pair.access)
    for client in (late, in_time):
        await client.frame()
        await subscribed(client, OWN)
    with time_machine.travel(NOW + timedelta(minutes=14)):
        in_time.say({"type": "auth", "token": (await sync_to_async(rotate)(pair.refresh)).access})
        await frame_where(in_time, type="authenticated")
    with time_machine.travel(NOW + timedelta(minutes=16)):
        await swept()
    assert await revoked(late)
    await commit(OWN, audience="user", user_id=pair.family.user_id)
    assert await frame_where(in_time, type="event.changed", topics=[OWN])
    await late.close()
    await in_time.close()


async def test_a_connection_does_not_change_hands(hub, visit):
    vera, otto = (await visit()).user, (await visit("otto@example.com")).user
    client = await connected((await signed_in(vera)).access)
    await client.frame()
    await subscribed(client, OWN)
    client.say({"type": "auth", "token": (await signed_in(otto)).access})
    assert await frame_where(client, type="error", code="auth")
    await client.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_client_may_send_the_token_as_a_header(hub, visit, over):
    pair = await signed_in((await visit()).user)
    client = await listen(over, OWN, headers=((b"authorization", f"Bearer {pair.access}".encode()),))
    assert await heard(client) == "ok"
    refused = await listen(over, OWN, headers=((b"authorization", b"Bearer x"),))
    assert await heard(refused) in ("auth", "401")
    await client.close()
    await refused.close()


async def heard(client) -> str:
    if client.over == "sse":
        status = (await client.wire.next())["status"]
        return "ok" if status == 200 else str(status)
    frame = await client.frame()
    return "ok" if frame["type"] == "subscribed" else frame["code"]


def bearing(token: str) -> tuple:
    return ((b"authorization", f"Bearer {token}".encode()),)


@pytest.mark.parametrize("over", ["websocket", "sse"])
@pytest.mark.parametrize("how", ["expired", "signed out"])
async def test_the_end_of_a_requests_token_ends_its_connection_with_public_topics_too(hub, visit, over, how):
    pair = await signed_in((await visit()).user)
    client, other = await listening(over, ALL, headers=bearing(pair.access)), await listening(over, ALL)
    if how == "expired":
        with time_machine.travel(NOW + timedelta(minutes=16)):
            await swept()
    else:
        await sync_to_async(end_family)(pair.family, EndReason.SIGNED_OUT)
    told = await client.frame()
    assert (told["type"], told["code"], told["topics"]) == ("error", "auth", [ALL])
    if over == "websocket":
        assert (await client.wire.next())["code"] == CLOSE_KEY
    await client.wire.ended()
    await commit(ALL)
    assert (await other.frame())["topics"] == [ALL]
    await other.close()


async def test_the_next_token_in_a_frame_takes_the_place_of_the_requests(hub, visit):
    pair = await signed_in((await visit()).user)
    client = await listening("websocket", ALL, headers=bearing(pair.access))
    with time_machine.travel(NOW + timedelta(minutes=14)):
        client.say({"type": "auth", "token": (await sync_to_async(rotate)(pair.refresh)).access})
        await frame_where(client, type="authenticated")
    with time_machine.travel(NOW + timedelta(minutes=16)):
        await swept()
    await commit(ALL)
    assert (await client.frame())["topics"] == [ALL]
    await client.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_token_that_is_none_is_refused_for_public_topics_too(hub, over):
    client = await listen(over, ALL, headers=bearing("x"))
    assert await heard(client) in ("auth", "401")
    await client.close()


async def test_a_poll_that_waits_ends_with_its_token(hub, visit):
    pair = await signed_in((await visit()).user)
    manager = await current_manager()

    def asked():
        scope = scope_of("http", "/api/v1/changes", query="wait=25&after=0", headers=bearing(pair.access))
        return Connection(scope)

    cut = asked()
    await in_time(_until(lambda: manager.rights._held))
    await sync_to_async(end_family)(pair.family, EndReason.SIGNED_OUT)
    assert (await answer(cut))[0] == 401
    assert (await answer(asked()))[0] == 401
