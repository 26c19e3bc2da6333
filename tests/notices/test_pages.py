"""The list of notices and its settings: as pages without a script, and through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import Notice, NoticeChoice
from notices.news.about import event_facts
from outbox.models import Change

pytestmark = pytest.mark.django_db


def told_of(person, event, number: int = 1) -> list[Notice]:
    facts = {**event_facts(event), "before": "24"}
    rows = [
        Notice(user=person, kind="reminder", subject=f"event:{one}", facts=facts, state="told", told_at=timezone.now())
        for one in range(number)
    ]  # fmt: skip
    return Notice.objects.bulk_create(rows)


def test_the_list_shows_what_one_was_told_and_marks_it_as_read(page, vera, event):
    [row] = told_of(vera, event)
    html = page.get("/me/notices/").content.decode()
    assert "In a day: Moonlit Jazz" in html
    assert ">1</span>" in html  # in the head
    assert ">just now</time>" in html
    assert page.post("/me/notices/", {"read": str(row.pk)}).status_code == 302
    row.refresh_from_db()
    assert row.read_at is not None
    assert Change.objects.get(type="notice.read").data == {"unread": 0}
    assert "Mark as read" not in page.get("/me/notices/").content.decode()


def test_all_at_once(page, vera, event):
    told_of(vera, event, 3)
    page.post("/me/notices/", {"read": "all"})
    assert not Notice.objects.filter(read_at=None).exists()


def test_a_form_without_a_choice_marks_nothing(page, vera, event):
    told_of(vera, event, 2)
    assert page.post("/me/notices/").status_code == 302
    assert Notice.objects.filter(read_at=None).count() == 2


@pytest.mark.parametrize("read", ["0", "none", "ALL"])
def test_what_is_no_notice_is_not_found(page, read):
    assert page.post("/me/notices/", {"read": read}).status_code == 404


def test_nobody_reads_or_marks_those_of_somebody_else(page, event):
    from tests.factories import make_person

    [row] = told_of(make_person(email="other@example.org", is_staff=False), event)
    assert "Moonlit" not in page.get("/me/notices/").content.decode()
    assert page.post("/me/notices/", {"read": str(row.pk)}).status_code == 404


def test_as_many_queries_with_one_row_as_with_thirty(page, vera, event):
    counts = []
    for number in (1, 30):
        Notice.objects.all().delete()
        told_of(vera, event, number)
        with CaptureQueriesContext(connection) as caught:
            page.get("/me/notices/")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_head_of_a_page_without_a_session_asks_nothing(client, event):
    html = client.get("/").content.decode()
    assert "/me/notices/" not in html


def test_settings_are_kept_for_each_kind(page, vera):
    assert 'name="reminder-mail" checked' in page.get("/me/notices/settings/").content.decode()
    page.post("/me/notices/settings/", {"follow-mail": "on"})
    chosen = dict(NoticeChoice.objects.filter(user=vera, channel="mail").values_list("kind", "is_on"))
    assert (chosen["follow"], chosen["reminder"]) == (True, False)
    assert "search" not in chosen  # it was off, as the preferences have it, and follows them further
    page.post("/me/notices/settings/", {"reminder-mail": "on"})
    assert NoticeChoice.objects.get(user=vera, kind="reminder", channel="mail").is_on


def test_the_api_pages_through_notices_and_marks_them(api, vera, event):
    rows = told_of(vera, event, 3)
    first = api.get("/api/v1/me/notices?limit=2").json()
    assert (len(first["results"]), first["unread"], first["has_more"]) == (2, 3, True)
    second = api.get(first["next"].removeprefix("http://testserver")).json()
    assert {each["id"] for each in first["results"] + second["results"]} == {str(row.pk) for row in rows}
    one = first["results"][0]["id"]
    answer = api.patch(f"/api/v1/me/notices/{one}", {"read": True}, content_type="application/json")
    assert answer.json()["read"] is True
    assert len(api.get("/api/v1/me/notices?unread=1").json()["results"]) == 2
    assert api.patch("/api/v1/me/notices", {"read": True}, content_type="application/json").json() == {
        "unread": 0
    }


def test_the_api_keeps_choices_and_names_what_cannot_be_switched(api):
    settings = "/api/v1/me/notices/settings"
    answer = api.patch(settings, {"kinds": {"reminder": {"mail": False}}}, content_type="application/json")
    assert answer.json()["kinds"]["reminder"] == {"mail": False, "push": True}
    assert api.get(settings).json()["kinds"]["reminder"] == {"mail": False, "push": True}
    for wrong in ({"offer": {"mail": False}}, {"nothing": {"mail": False}}, {"reminder": {"pigeon": True}}):
        refused = api.patch(settings, {"kinds": wrong}, content_type="application/json")
        assert refused.status_code == 400
        assert "kinds" in str(refused.json())


def test_the_list_is_hidden_while_notices_are_off(page, monkeypatch):
    monkeypatch.setenv("FLAG_NOTIFICATIONS", "off")
    assert page.get("/me/notices/").status_code == 404
    assert "/me/notices/" not in page.get("/").content.decode()
