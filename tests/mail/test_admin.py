"""The log of mails in the admin: searched by address, and acted on, with a record of who did."""

import pytest
from django.test import Client

from accounts.crypto import address_hash
from audit.models import Entry
from mail.models import Campaign, Dispatch, SoftBounce, Suppression
from mail.services import judge
from mail.signals import released
from sources.models import Alert
from tests.factories import make_person, make_staff
from tests.mail.conftest import READER


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def handed(key: str = "digests.delivery:1", state: str = "unknown", address: str = READER) -> Dispatch:
    return Dispatch.objects.create(
        key=key,
        stream="digest",
        kind="digest",
        state=state,
        address_hash=address_hash(address),
        reason="lost",
    )


def act(client: Client, model: str, action: str, *rows) -> int:
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(f"/admin/mail/{model}/", data, follow=True).status_code


def test_mails_are_found_by_a_whole_address_and_the_search_is_recorded(desk):
    mine, other = handed(), handed("digests.delivery:2", address="other@example.org")
    page = desk.get("/admin/mail/dispatch/", {"q": READER.upper()}).content.decode()
    assert f"dispatch/{mine.pk}/" in page
    assert f"dispatch/{other.pk}/" not in page
    entry = Entry.objects.filter(action="mail.address_searched").latest("at")
    assert address_hash(READER) in entry.after
    assert READER not in entry.after


def test_an_operator_sends_a_lost_mail_again(desk, django_capture_on_commit_callbacks):
    lost, gone, once, heard = handed(), handed("digests.delivery:2", "accepted"), handed("once:1"), []
    released.connect(lambda key, **_: heard.append(key), weak=False, dispatch_uid="t")
    with django_capture_on_commit_callbacks(execute=True):
        assert act(desk, "dispatch", "send_again", lost, gone, once) == 200
    released.disconnect(dispatch_uid="t")
    assert heard == [lost.key]
    assert [Dispatch.objects.get(pk=row.pk).state for row in (lost, gone, once)] == [
        "deferred",
        "accepted",
        "unknown",
    ]
    assert Entry.objects.filter(action="mail.released").count() == 1


def test_a_suppression_is_lifted_with_what_was_counted(desk):
    row = Suppression.objects.create(address_hash=address_hash(READER), reason="bounce")
    SoftBounce.objects.create(address_hash=row.pk, count=5)
    assert act(desk, "suppression", "lift", row) == 200
    assert not Suppression.objects.exists()
    assert not SoftBounce.objects.exists()
    assert Entry.objects.filter(action="mail.suppression_lifted").count() == 1


def test_a_stopped_campaign_is_an_alert_until_it_goes_on(desk, django_capture_on_commit_callbacks):
    rows = [
        Dispatch(key=f"c:{number}", stream="digest", campaign="digest W47", address_hash=f"{number}", state="bounced" if number < 9 else "accepted")
        for number in range(100)
    ]  # fmt: skip
    Dispatch.objects.bulk_create(rows)
    with django_capture_on_commit_callbacks(execute=True):
        assert judge("digest W47", now=rows[0].handed_at)
    assert "9 of 100 mails bounced" in Alert.objects.get(resolved_at__isnull=True).detail
    with django_capture_on_commit_callbacks(execute=True):
        assert act(desk, "campaign", "go_on", Campaign.objects.get()) == 200
    assert not Alert.objects.filter(resolved_at__isnull=True).exists()
    assert Campaign.objects.get().stopped_at is None
    assert not judge("digest W47", now=rows[0].handed_at)


def test_who_may_only_look_does_nothing(client):
    client.force_login(make_person(rights=["mail.view_dispatch"]))
    row = handed()
    act(client, "dispatch", "send_again", row)
    assert Dispatch.objects.get().state == "unknown"


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_needs_as_many_queries_for_thirty_mails_as_for_one(
    rows, desk, django_assert_max_num_queries
):
    for number in range(rows):
        handed(f"digests.delivery:{number}")
    with django_assert_max_num_queries(25):
        assert desk.get("/admin/mail/dispatch/").status_code == 200
