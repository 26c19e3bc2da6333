"""The admin in a real browser under its content security policy.

None of its own content is blocked, injected content is.
"""

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from moderation.enums import ReviewKind
from moderation.models import Review
from moderation.services import Filing, file_reviews
from tests.browser.conftest import elsewhere
from tests.factories import make_event, make_source, make_staff

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
LISTS = sorted(
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry
)


def addresses() -> list[str]:
    """The pages with our own templates, and one form of each kind."""
    event = make_event(title="Moonlit Jazz", publication="pending")
    file_reviews([Filing(kind=ReviewKind.EVENT, object_id=event.id, title=event.title, evidence={})])
    clock = PeriodicTask.objects.create(
        name="look", task="x", crontab=CrontabSchedule.objects.create(minute="5")
    )
    return [
        reverse("admin:index"),
        reverse("admin:moderation_review_change", args=[Review.objects.get().pk]),
        reverse("admin:events_event_change", args=[event.pk]),
        reverse("admin:sources_source_change", args=[make_source(slug="cal").pk]),
        reverse("admin:sources_lab"),
        reverse("admin:accounts_user_add"),
        reverse("admin:django_celery_beat_periodictask_change", args=[clock.pk]),
        reverse("admin:password_change"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_of_the_desk_is_blocked(
    desk: "Page", live_server: Any, complaints: list[str], scheme: Any
) -> None:
    desk.emulate_media(color_scheme=scheme)
    for address in elsewhere(addresses):
        answer = desk.goto(live_server.url + address)
        assert (
            answer and answer.status,
            desk.locator("style").count(),
            desk.locator("script:not([src]):not([type])").count(),
        ) == (
            200,
            0,
            0,
        )
        assert (
            desk.evaluate(
                "getComputedStyle(document.documentElement).getPropertyValue('--color-primary-600').trim()"
            )
            == "#8b4dff"
        )
    assert complaints == []


def test_nothing_of_any_list_is_blocked(desk: "Page", live_server: Any, complaints: list[str]) -> None:
    for name in LISTS:
        answer = desk.goto(live_server.url + reverse(name))
        assert (answer and answer.status, desk.locator("style").count()) == (200, 0)
    assert complaints == []


def test_signing_in_works_under_the_policy(
    page: "Page", live_server: Any, transactional_db: None, complaints: list[str]
) -> None:
    staff = elsewhere(make_staff)
    elsewhere(lambda: (staff.set_password(PASSWORD), staff.save()))
    page.goto(f"{live_server.url}/admin/")
    page.fill("input[name=username]", staff.email.upper())
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.locator("#nav-sidebar, nav").first.wait_for()
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    assert cookies == {"sessionid", "csrftoken", "device", "signed_in"}
    assert complaints == []


@pytest.mark.parametrize(
    "injected",
    [
        "<script>done = 1</script>",
        "<img src=/nowhere onerror='done = 1'>",
        "<a id=hit href='javascript:done = 1'>x</a>",
        "<script src=https://evil.example/x.js></script>",
    ],
)
def test_what_is_injected_does_not_run(desk: "Page", live_server: Any, injected: str) -> None:
    def put(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</body>", f"{injected}</body>"))

    desk.route("**/admin/", put)
    desk.goto(f"{live_server.url}/admin/")
    desk.evaluate("document.getElementById('hit')?.click()")
    assert desk.evaluate("typeof done") == "undefined"
    desk.evaluate(
        "document.body.append(Object.assign(document.createElement('style'), {textContent: 'body { --leak: 1 }'}))"
    )
    assert desk.evaluate("getComputedStyle(document.body).getPropertyValue('--leak')") == ""


def test_a_crontab_is_told_in_words(desk: "Page", live_server: Any) -> None:
    def make() -> Any:
        return PeriodicTask.objects.create(
            name="look", task="x", crontab=CrontabSchedule.objects.create(minute="5", hour="3")
        )

    task = elsewhere(make)
    desk.goto(live_server.url + reverse("admin:django_celery_beat_periodictask_change", args=[task.pk]))
    desk.locator(".field-crontab", has_text="At 03:05 AM").wait_for(state="attached")
