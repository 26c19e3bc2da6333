"""Rights that are revoked while the connection is open."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import RequestFactory
from uuid_utils.compat import uuid7

from accounts.roles import permissions_of
from outbox.enums import Audience
from realtime.connections import rights
from realtime.connections.manager import current_manager
from realtime.exceptions import Code, Refused
from tests.factories import NOW
from tests.realtime.clients import commit, listening

pytestmark = pytest.mark.parametrize("over", ["websocket", "sse"])
ALL = "events:all"
SEES_RUNS = ("sources.view_fetchrun", "places.oversee_city")


async def revoked(client, topic):
    """The frame that reports it; a session that ends is told before."""
    frame = await client.frame()
    while frame["type"].startswith("session."):
        frame = await client.frame()
    return (frame["type"], frame["code"], frame["topics"]) == ("error", "forbidden", [topic])


async def _swept():
    await (await current_manager()).rights.sweep()


@pytest.mark.parametrize("taken", [{"is_staff": False}, {"is_active": False}])
async def test_whoever_is_staff_no_more_hears_no_more_of_it(over, hub, visit, taken):
    """By plain SQL, which sends no notice: the sweep finds it."""
    topic = f"run:{uuid7()}"
    staff = await visit("staff@example.com", is_staff=True, rights=SEES_RUNS)
    client = await listening(over, topic, ALL, cookie=staff.cookie)
    await _swept()
    await get_user_model().objects.filter(pk=staff.user.pk).aupdate(**taken)
    await _swept()
    assert await revoked(client, topic)
    await commit(topic, ALL, audience=Audience.STAFF)
    await commit(ALL)
    assert (await client.frame())["offset"] == 2
    await client.close()


async def test_a_session_that_ran_out_while_the_page_was_open_hears_no_more(over, hub, visit):
    """An open connection is nobody's presence: the desk closes after its idle hours, and the sweep finds
    it."""
    topic = f"run:{uuid7()}"
    staff = await visit("staff@example.com", is_staff=True, rights=SEES_RUNS)
    client = await listening(over, topic, ALL, cookie=staff.cookie)
    await _swept()
    await Session.objects.aupdate(expire_date=NOW)
    await _swept()
    assert await revoked(client, topic)
    await client.close()


async def test_the_right_to_see_runs_is_taken_back(over, hub, visit):
    """By a group, of which nobody is told: the sweep finds it."""
    topic = f"run:{uuid7()}"
    porter = await visit("porter@example.com", is_staff=True)
    viewers = await Group.objects.acreate(name="viewers")
    await sync_to_async(viewers.permissions.set)(await sync_to_async(permissions_of)(SEES_RUNS))
    await sync_to_async(porter.user.groups.add)(viewers)
    client = await listening(over, topic, ALL, cookie=porter.cookie)
    await sync_to_async(viewers.permissions.clear)()
    await _swept()
    assert await revoked(client, topic)
    await client.close()


async def test_a_password_that_changes_ends_what_it_opened(over, hub, visit):
    me = await visit()
    client = await listening(over, "user:me", ALL, cookie=me.cookie)
    me.user.set_password("another horse battery")
    await sync_to_async(me.user.save)()
    await (await current_manager()).rights.noticed(user=str(me.user.pk))
    assert await revoked(client, "user:me")
    await client.close()


async def test_signing_out_is_told_to_the_hubs_and_ends_what_the_session_opened(
    over, hub, visit, monkeypatch
):
    from django.contrib.auth import logout

    reported = []

    def tell(message):
        reported.extend([message] if message["type"] == "rights" else [])

    me = await visit()
    client = await listening(over, "user:me", ALL, cookie=me.cookie)
    monkeypatch.setattr("realtime.receivers.send_to_hubs", tell)
    request = RequestFactory().get("/")
    from django.contrib.sessions.backends.db import SessionStore

    request.user, request.session = me.user, SessionStore(me.cookie.partition("=")[2])
    await sync_to_async(logout)(request)
    assert len(reported) == 1
    assert me.cookie.partition("=")[2] not in str(reported)
    await (await current_manager()).rights.noticed(session=reported[0]["session"])
    assert await revoked(client, "user:me")
    await client.close()


async def test_a_notice_on_the_channel_layer_is_obeyed(over, hub, visit):
    """The whole way, without a sweep: saved, told after the commit, asked again, revoked."""
    topic = f"run:{uuid7()}"
    staff = await visit("staff@example.com", is_staff=True, rights=SEES_RUNS)
    client = await listening(over, topic, ALL, cookie=staff.cookie)
    staff.user.is_staff = False
    reported = asyncio.ensure_future(revoked(client, topic))
    while (
        not reported.done()
    ):  # the hub may not have joined the channel layer's group yet, and what nobody hears is gone
        await sync_to_async(staff.user.save)()
        await asyncio.wait([reported], timeout=0.05)
    assert reported.result()
    await client.close()


async def test_the_sweep_comes_by_itself(over, hub, visit, monkeypatch):
    monkeypatch.setattr("realtime.connections.manager.REPORT_SECONDS", 0.02)
    monkeypatch.setattr("realtime.connections.manager.SWEEP_EVERY", 1)
    topic = f"run:{uuid7()}"
    staff = await visit("staff@example.com", is_staff=True, rights=SEES_RUNS)
    client = await listening(over, topic, ALL, cookie=staff.cookie)
    await get_user_model().objects.filter(pk=staff.user.pk).aupdate(is_staff=False)
    assert await revoked(client, topic)
    await client.close()


async def test_what_changed_before_the_first_sweep_is_found_by_it(over, hub, visit):
    me = await visit()
    client = await listening(over, "user:me", ALL, cookie=me.cookie)
    await get_user_model().objects.filter(pk=me.user.pk).aupdate(password="another")
    await _swept()
    assert await revoked(client, "user:me")
    await client.close()


async def test_a_sweep_that_fails_is_made_up_for_by_the_next(over, hub, visit, monkeypatch):
    me = await visit()
    client = await listening(over, "user:me", ALL, cookie=me.cookie)
    await _swept()
    await get_user_model().objects.filter(pk=me.user.pk).aupdate(password="another")

    async def away(topics, scope):
        raise OperationalError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(rights, "check_rights", away)
        with pytest.raises(OperationalError):
            await _swept()
    await _swept()
    assert await revoked(client, "user:me")
    await client.close()


async def test_an_answer_that_comes_after_a_later_one_revokes_nothing(over, hub, visit, monkeypatch):
    """While a reader is asked of again, it asks itself and may."""
    me = await visit()
    client = await listening(over, "user:me", ALL, cookie=me.cookie)
    manager = await current_manager()
    (reader,) = manager.rights._held

    async def overtaken(topics, scope):
        monkeypatch.setattr(rights, "check_rights", check)
        await manager.rights.grant(reader, topics, scope)
        raise Refused(Code.FORBIDDEN, "This was so before.")

    check = rights.check_rights
    monkeypatch.setattr(rights, "check_rights", overtaken)
    await manager.rights.noticed(user=str(me.user.pk))
    assert reader in manager.rights._held
    assert "user:me" in reader.topics()
    await client.close()


async def test_a_stream_with_nothing_left_ends(over, hub, visit):
    me = await visit()
    client = await listening(over, "user:me", cookie=me.cookie)
    await Session.objects.all().adelete()
    await _swept()
    assert await revoked(client, "user:me")
    if over == "sse":
        await client.wire.ended()
        assert not hub.readers
    else:
        client.say({"type": "subscribe", "topics": ["user:me"]})
        assert await client.refusal() == "forbidden"
        await client.close()


async def test_who_may_still_listen_is_left_alone(over, hub, visit):
    topic = f"run:{uuid7()}"
    staff = await visit("staff@example.com", is_staff=True, rights=SEES_RUNS)
    client = await listening(over, topic, "user:me", cookie=staff.cookie)
    for _ in range(2):
        await _swept()
    await (await current_manager()).rights.noticed(user=str(staff.user.pk))
    await commit(topic, audience=Audience.STAFF)
    assert (await client.frame())["offset"] == 1
    await client.close()
