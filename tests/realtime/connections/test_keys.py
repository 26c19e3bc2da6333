"""API keys on the live feed: by header or first frame, within their scope, and revoked at once."""

from datetime import datetime, timedelta
from unittest.mock import ANY

import pytest
import time_machine
from asgiref.sync import sync_to_async

from accounts.keys.holding import KeyWish, make_key, revoke_key
from accounts.keys.scopes import Scope
from accounts.models import ApiKey
from events.filters import EventFilter
from realtime.connections.manager import current_manager
from realtime.feed.protocol import CLOSE_KEY
from saved_searches import services
from tests.factories import NOW
from tests.realtime.clients import Connection, commit, in_time, listen, listening, scope_of
from tests.realtime.connections.test_tokens import ALL, OWN, connected, heard, subscribed, swept
from tests.realtime.consumers.test_polling import _until, answer


async def key_for(user, *scopes: Scope):
    wish = KeyWish(name="a program", scopes=scopes, expires_at=NOW + timedelta(days=1))
    return await sync_to_async(make_key)(user, wish, by=user, has_factor=False)


def bearer(secret: str) -> tuple:
    return ((b"authorization", f"Bearer {secret}".encode()),)


async def test_a_key_opens_ones_own_topic_as_a_first_frame(hub, visit):
    row, secret = await key_for((await visit()).user, Scope.ME_READ)
    client = await connected(secret)
    assert await client.frame() == {"type": "authenticated", "until": row.expires_at.isoformat()}
    assert await subscribed(client, OWN) == "subscribed"
    await client.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_key_without_the_scope_hears_what_is_public_only(hub, visit, over):
    _, secret = await key_for((await visit()).user, Scope.EVENTS_READ)
    own = await listen(over, OWN, headers=bearer(secret))
    assert await heard(own) in ("forbidden", "403")
    public = await listen(over, ALL, headers=bearer(secret))
    assert await heard(public) == "ok"
    await own.close()
    await public.close()


@pytest.mark.parametrize("over", ["websocket", "sse"])
@pytest.mark.parametrize("topics", [(OWN, ALL), (ALL,)])
async def test_revoking_ends_the_open_connections_of_the_key_at_once(hub, visit, over, topics):
    vera = (await visit()).user
    row, secret = await key_for(vera, Scope.ME_READ)
    client = await listening(over, *topics, headers=bearer(secret))
    by_nobody = await listening(over, ALL)
    await sync_to_async(revoke_key)(vera, row.pk, by=vera)
    told = await client.frame()
    assert (told["type"], told["code"], told["topics"]) == ("error", "auth", sorted(topics))
    await commit(ALL)
    if over == "websocket":
        assert await client.wire.next() == {"type": "websocket.close", "code": CLOSE_KEY, "reason": ANY}
    await client.wire.ended()
    assert (await by_nobody.frame())["topics"] == [ALL]
    again = await listen(over, ALL, headers=bearer(secret))
    assert await heard(again) in ("auth", "401")
    await by_nobody.close()
    await again.close()


@pytest.mark.parametrize("topic", [OWN, ALL])
async def test_a_key_that_expires_ends_what_it_opened(hub, visit, topic):
    _, secret = await key_for((await visit()).user, Scope.ME_READ)
    client = await listening("websocket", topic, headers=bearer(secret))
    await swept()
    with time_machine.travel(NOW + timedelta(days=1, minutes=1)):
        await swept()
    assert (await client.frame())["code"] == "auth"
    await client.close()


async def test_a_key_by_query_string_is_not_looked_at(hub, visit):
    _, secret = await key_for((await visit()).user, Scope.ME_READ)
    client = await listen("sse", OWN, filters={"token": secret})
    assert await heard(client) in ("400", "403")
    await client.close()


async def use_of(row: ApiKey) -> tuple[datetime, dict[str, list[str]]]:
    """The last use of a key, to a second, and the first and the last day of each scope."""
    used_at, uses = await ApiKey.objects.values_list("used_at", "uses").aget(pk=row.pk)
    return used_at.replace(microsecond=0), uses


@pytest.mark.parametrize("over", ["websocket", "sse"])
async def test_a_connection_counts_as_use_of_its_key_when_it_opens_and_while_it_is_held(hub, visit, over):
    row, secret = await key_for((await visit()).user, Scope.ME_READ)
    client = await listening(over, OWN, ALL, headers=bearer(secret))
    today, tomorrow = (NOW + timedelta(hours=hours) for hours in (0, 23))
    opened = (NOW, {scope: [f"{today:%F}"] * 2 for scope in (Scope.ME_READ, Scope.EVENTS_READ)})
    assert await use_of(row) == opened
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        await swept()
        assert await use_of(row) == opened  # exact to a minute
    with time_machine.travel(tomorrow, tick=False):
        await swept()
        assert await use_of(row) == (
            tomorrow,
            {scope: [f"{today:%F}", f"{tomorrow:%F}"] for scope in opened[1]},
        )
    await client.close()


async def test_a_poll_that_waits_looks_at_its_key(hub, visit):
    vera = (await visit()).user
    row, secret = await key_for(vera, Scope.EVENTS_READ)
    await commit(ALL)
    await hub.refresh()

    def asked():
        query = "wait=20&after=0"
        return Connection(scope_of("http", "/api/v1/changes", query=query, headers=bearer(secret)))

    assert (await answer(asked()))[0] == 200
    assert await use_of(row) == (NOW, {Scope.EVENTS_READ: [f"{NOW:%F}"] * 2})
    await sync_to_async(revoke_key)(vera, row.pk, by=vera)
    assert (await answer(asked()))[0] == 401


async def test_revoking_ends_a_poll_that_waits_at_once(hub, visit):
    vera = (await visit()).user
    row, secret = await key_for(vera, Scope.EVENTS_READ)
    manager = await current_manager()

    def asked(headers=()):
        return Connection(scope_of("http", "/api/v1/changes", query="wait=25&after=0", headers=headers))

    cut, other = asked(bearer(secret)), asked()
    await in_time(_until(lambda: manager.connections["poll"] == 2 and manager.rights._held))
    await sync_to_async(revoke_key)(vera, row.pk, by=vera)
    status, problem = await answer(cut)
    assert (status, problem["status"]) == (401, 401)
    await cut.ended()
    assert not manager.rights._held
    await commit(ALL)
    assert (await answer(other))[0] == 200


async def test_a_key_without_the_scope_hears_nothing_of_a_saved_search(hub, visit):
    vera = (await visit()).user
    search = await sync_to_async(services.save)(vera, EventFilter(price="free"), name="Mine")
    filters = {"saved_search": str(search.pk)}
    (_, public), (_, own) = await key_for(vera, Scope.EVENTS_READ), await key_for(vera, Scope.ME_READ)
    without = await listen("websocket", ALL, headers=bearer(public), filters=filters)
    assert await heard(without) == "forbidden"
    client = await listening("websocket", ALL, headers=bearer(own), filters=filters)
    await without.close()
    await client.close()
