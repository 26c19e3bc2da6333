"""Push: what a push service gets, what the browser reads of it, and which devices are told."""

import base64
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.limits import PUSH_DEVICES
from accounts.services.sessions import id_of
from notices import push, services
from notices.models import Notice, NoticeChoice, NoticeDelivery, PushDevice
from notices.news.about import event_facts
from outbox.services import number_changes
from personal.models import Follow, Preferences
from tests.factories import make_event, make_person
from tests.notices.browsers import Browser
from tests.notices.conftest import follow, on_their_way, save, send_all

pytestmark = pytest.mark.django_db
DEVICES = "/me/notices/devices/"


@pytest.fixture(autouse=True)
def keys(settings) -> None:
    settings.VAPID_PRIVATE_KEY = push.new_private_key()
    settings.VAPID_SUBJECT = "mailto:ops@example.org"
    settings.EGRESS_ALLOW_LOOPBACK = True


@pytest.fixture
def browser(httpserver) -> Browser:
    return Browser(httpserver.url_for("/push/abc"))


@pytest.fixture
def device(page, browser) -> PushDevice:
    page.post(DEVICES, browser.sent, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"})
    return PushDevice.objects.get()


def reminded(person, event):
    """The moment of the reminder, after it was told."""
    save(person, event, at=timezone.now() - timedelta(days=5))
    now = event.start_at - timedelta(hours=24)
    services.remind(now=now)
    services.tell_due(now=now)
    return now


def answers(httpserver, *statuses, **fields):
    for status in statuses:
        httpserver.expect_ordered_request("/push/abc", method="POST").respond_with_data("", status, **fields)


def test_a_reminder_is_encrypted_for_the_browser_and_signed_for_its_push_service(vera, event, device, browser, httpserver):  # fmt: skip
    Preferences.objects.create(user=vera, mail=False)
    NoticeChoice.objects.create(user=vera, kind="reminder", channel="mail", is_on=False)
    answers(httpserver, 201)
    now = reminded(vera, event)
    assert send_all(now) == 1
    [(request, _)] = httpserver.log
    told = browser.read(request.data)
    notice = Notice.objects.get()
    assert (told["title"], told["tag"]) == ("In a day: Moonlit Jazz", notice.pk.hex)
    assert told["path"] == f"/events/moonlit-jazz-{event.pk.hex}/"
    assert (request.headers["Content-Encoding"], request.headers["Topic"]) == ("aes128gcm", notice.pk.hex)
    assert 0 < int(request.headers["TTL"]) <= 86_400
    said = dict(part.split("=", 1) for part in request.headers["Authorization"].removeprefix("vapid ").replace(" ", "").split(","))  # fmt: skip
    point = base64.urlsafe_b64decode(said["k"] + "=")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(said["t"], key, algorithms=["ES256"], audience=httpserver.url_for("").rstrip("/"), options={"verify_exp": False})  # fmt: skip
    assert claims["sub"] == "mailto:ops@example.org"
    assert 0 < claims["exp"] - now.timestamp() <= 86_400
    device.refresh_from_db()
    assert (device.sent_at, send_all(now)) == (now, 0)


def test_one_tap_ends_the_kind_by_push_and_not_by_mail(vera, event, device, browser, httpserver):
    answers(httpserver, 201)
    send_all(reminded(vera, event))
    off = browser.read(httpserver.log[0][0].data)["off"]
    assert Client().post(off["path"]).status_code == 200
    assert off["done"] == "No more: Reminders (Push)"
    assert list(NoticeChoice.objects.values_list("kind", "channel", "is_on")) == [("reminder", "push", False)]


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_over_is_removed(vera, event, device, httpserver, status):
    answers(httpserver, status)
    assert send_all(reminded(vera, event)) == 1  # by mail
    assert not PushDevice.objects.exists()
    assert on_their_way() == [("reminder", "mail")]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_push_service_is_asked_again_later(vera, event, device, httpserver, status):
    answers(httpserver, status, headers={"Retry-After": "600"})
    answers(httpserver, 201)
    now = reminded(vera, event)
    assert send_all(now) == 1
    assert send_all(now + timedelta(minutes=9)) == 0
    assert send_all(now + timedelta(minutes=11)) == 1
    assert NoticeDelivery.objects.get(channel="push").state == "sent"


def test_what_a_push_service_refuses_is_not_sent_again(vera, event, device, httpserver):
    answers(httpserver, 403)
    now = reminded(vera, event)
    send_all(now)
    row = NoticeDelivery.objects.get(channel="push")
    assert (row.state, PushDevice.objects.count()) == ("failed", 1)
    assert "client refused" in row.error


def test_a_redirect_is_not_followed(vera, event, device, httpserver):
    answers(httpserver, 307, headers={"Location": "/elsewhere"})
    send_all(reminded(vera, event))
    assert [request.path for request, _ in httpserver.log] == ["/push/abc"]


def test_each_device_is_told_once_and_push_off_tells_none(vera, event, page, httpserver):
    for name in ("abc", "def"):
        page.post(DEVICES, Browser(httpserver.url_for(f"/push/{name}")).sent)
    reminded(vera, event)
    assert sorted(on_their_way()) == [("reminder", "mail"), ("reminder", "push"), ("reminder", "push")]
    Notice.objects.all().delete()
    Preferences.objects.create(user=vera, push=False)
    services.remind(now=(now := event.start_at - timedelta(hours=24)))
    services.tell_due(now=now)
    assert on_their_way() == [("reminder", "mail")]


def test_quiet_hours_hold_push_back_and_the_bound_of_a_day_counts_it(vera, device, begun):
    vera.timezone = "UTC"
    vera.save()
    now = timezone.now()
    ends = now + timedelta(hours=4)
    Preferences.objects.create(user=vera, mail=False, notices_a_day=1, quiet_from=(now - timedelta(hours=1)).time(), quiet_to=ends.time())  # fmt: skip
    Follow.objects.create(user=vera, performer="raga-trio", name="Raga Trio")
    for number in range(3):
        make_event(title=f"Number {number}", start=now + timedelta(days=3), published_at=now, performers=["Raga Trio"])  # fmt: skip
        number_changes()
        follow(now)
        services.tell_due(now=now + timedelta(hours=1))
    assert on_their_way() == [("follow", "push")]
    assert send_all(now + timedelta(hours=2)) == 0
    assert NoticeDelivery.objects.get().state == "waiting"


def test_without_a_device_nothing_goes_out(vera, begun):
    Preferences.objects.create(user=vera, mail=False, notices_a_day=1)
    assert Preferences.objects.get().push
    Follow.objects.create(user=vera, performer="raga-trio", name="Raga Trio")
    now = timezone.now()
    make_event(title="One", start=now + timedelta(days=3), published_at=now, performers=["Raga Trio"])
    follow(now)
    services.tell_due(now=now + timedelta(hours=1))
    assert (Notice.objects.get().state, on_their_way()) == ("told", [])


def test_who_signs_out_is_told_no_more_on_that_device(page, device, vera, begun):
    assert device.session_id == id_of(page.session.session_key)
    page.post("/accounts/logout/")
    follow()
    assert not PushDevice.objects.exists()


def test_another_key_ends_what_accepts_the_former(vera, event, device, settings):
    now = reminded(vera, event)
    settings.VAPID_PRIVATE_KEY = push.new_private_key()
    assert send_all(now) == 1  # by mail
    assert NoticeDelivery.objects.get(channel="push").state == "dropped"
    services.forget(now=now)
    assert not PushDevice.objects.exists()


def test_the_settings_list_devices_and_remove_them_without_a_script(page, device):
    html = page.get("/me/notices/settings/").content.decode()
    assert "Firefox on Linux" in html
    assert f'data-key="{push.public_key()}"' in html
    assert "js/push.js" in html
    other = Client()
    other.force_login(make_person(email="other@example.org", is_staff=False))
    assert other.post(DEVICES, {"remove": str(device.pk)}).status_code == 404
    assert other.post(DEVICES, {"remove": "x"}).status_code == 404
    assert page.post(DEVICES, {"remove": str(device.pk)}).url == "/me/notices/settings/#push"
    assert not PushDevice.objects.exists()


def test_without_keys_there_is_no_push_and_the_page_says_so(page, browser, settings, vera, event):
    settings.VAPID_PRIVATE_KEY = ""
    html = page.get("/me/notices/settings/").content.decode()
    assert "This site sends no push at present." in html
    assert "js/push.js" not in html
    assert page.post(DEVICES, browser.sent).status_code == 400


def test_a_browser_belongs_to_one_account_and_renews_its_keys(page, device, browser, vera):
    again = Browser(browser.endpoint)
    assert page.post(DEVICES, again.sent).json()["id"] == str(device.pk)
    assert PushDevice.objects.get().p256dh == again.keys["p256dh"]
    other = Client()
    person = make_person(email="other@example.org", is_staff=False)
    other.force_login(person)
    other.post(DEVICES, again.sent)
    assert PushDevice.objects.get().user == person


def test_a_worker_renews_the_subscription_of_its_own_device_alone(page, browser, httpserver):
    token = page.post(DEVICES, browser.sent).json()["renewal"]
    device, next_one = PushDevice.objects.get(), Browser(httpserver.url_for("/push/next"))
    worker = Client(enforce_csrf_checks=True)
    assert worker.post(f"{DEVICES}renew/", {"renewal": "x", **next_one.sent}).status_code == 404
    assert worker.post(f"{DEVICES}renew/", {"renewal": token, "endpoint": "x"}).json().keys() == {"endpoint"}
    assert worker.post(f"{DEVICES}renew/", {"renewal": token, **next_one.sent}).status_code == 204
    now = PushDevice.objects.get()
    assert (now.pk, now.endpoint, now.p256dh) == (device.pk, next_one.endpoint, next_one.keys["p256dh"])
    assert (now.user_id, now.session_id) == (device.user_id, device.session_id)
    page.post(DEVICES, {"remove": str(device.pk)})
    assert worker.post(f"{DEVICES}renew/", {"renewal": token, **next_one.sent}).status_code == 404
    assert not PushDevice.objects.exists()


def test_an_eleventh_device_takes_the_place_of_the_oldest(page, httpserver):
    for number in range(11):
        page.post(DEVICES, Browser(httpserver.url_for(f"/push/{number}")).sent)
    kept = {row.endpoint.rpartition("/")[2] for row in PushDevice.objects.all()}
    assert kept == {str(number) for number in range(1, 11)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("endpoint", ""),
        ("endpoint", "http://push.example.org/abc"),
        ("endpoint", "https://10.0.0.1/abc"),
        ("endpoint", "https://user:secret@push.example.org/abc"),
        ("endpoint", "https://push.example.org:22/abc"),
        ("endpoint", "https://push.example.org/" + "a" * 1_000),
        ("endpoint", "javascript:alert(1)"),
        ("p256dh", ""),
        ("p256dh", "BAAA"),
        ("p256dh", "B" + "A" * 86),
        ("p256dh", "é" * 87),
        ("auth", ""),
        ("auth", "AAAA"),
        ("auth", "A" * 5_000),
    ],
)
def test_what_is_no_subscription_is_refused_by_name(page, name, value):
    sent = {**Browser("https://push.example.org/abc").sent, name: value}
    answer = page.post(DEVICES, sent)
    assert (answer.status_code, list(answer.json())) == (400, [name])
    assert not PushDevice.objects.exists()


def test_a_person_adds_so_many_devices_an_hour(page, browser, monkeypatch):
    monkeypatch.setattr("notices.views.PUSH_DEVICES", replace(PUSH_DEVICES, limit=2))
    answers = [page.post(DEVICES, browser.sent) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


@pytest.mark.parametrize("said", ["🌙" * 2_000, "\x01" * 2_000])
def test_a_long_notice_fits_into_a_message(vera, event, device, browser, httpserver, said):
    answers(httpserver, 201)
    facts = {**event_facts(event), "title": said, "said": said}
    Notice.objects.create(user=vera, kind="message", subject="message:x", facts=facts, is_mailed=True)
    services.tell_due(now=timezone.now())
    assert send_all() == 1
    assert len(browser.read(httpserver.log[0][0].data)["title"]) == 150


def test_a_form_of_another_site_adds_nothing(vera, browser):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(vera)
    assert strict.post(DEVICES, browser.sent).status_code == 403


def test_a_command_makes_a_key_that_settings_take(capsys):
    from config.env import is_push_key

    call_command("make_push_key")
    name, _, key = capsys.readouterr().out.strip().partition("=")
    assert name == "VAPID_PRIVATE_KEY"
    assert is_push_key(key)
    assert not is_push_key("A" * 43)
    assert not is_push_key("_" * 43)
    assert not is_push_key(key + "A")


def test_the_worker_shows_what_comes(client, settings):
    settings.SERVICE_WORKER = True
    script = client.get("/sw.js").content.decode()
    assert "showNotification" in script
    assert '"icon": "/static/img/icon-192.png"' in script
