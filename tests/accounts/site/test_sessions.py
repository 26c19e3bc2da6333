"""Sessions are listed and ended; an account is erased."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from accounts.models import Erasure, User
from accounts.privacy.erasing import carry_out
from accounts.tokens import families
from audit.models import Entry
from outbox.models import Change
from tests.accounts.site.conftest import make_account
from tests.accounts.site.steps import ELSEWHERE, Visitor

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"


@pytest.fixture
def other(owner: Visitor) -> Visitor:
    other = Visitor(ELSEWHERE)
    other.sign_in()
    return other


def buttons(visitor: Visitor, name: str) -> list[str]:
    text = visitor.get(PAGE).content.decode()
    return [part.split('"')[0] for part in text.split(f'name="{name}" value="')[1:]]


def test_the_page_lists_sessions_by_network_and_no_whole_address(owner, other):
    page = owner.get(PAGE).content.decode()
    assert "This browser" in page
    assert "203.0.113.0" in page
    assert ELSEWHERE not in page


def test_one_session_is_ended(owner, other):
    owner.post(PAGE, {"session": buttons(owner, "session")[0]})
    assert (owner.is_in, other.is_in) == (True, False)
    assert not Session.objects.filter(session_key=other.cookies[settings.SESSION_COOKIE_NAME].value).exists()


def test_all_others_are_ended_api_clients_too(owner, other):
    families.start_family(User.objects.get(), methods=["pwd"], client="phone")
    assert len(buttons(owner, "family")) == 1
    owner.post(PAGE)
    assert (owner.is_in, other.is_in) == (True, False)
    assert families.families_of(User.objects.get()) == []


def test_nobody_ends_a_session_of_somebody_else(owner, other):
    make_account("eve@example.org")
    eve = Visitor()
    eve.sign_in("eve@example.org")
    eve.post(PAGE, {"session": buttons(owner, "session")[0]})
    eve.post(PAGE)
    assert (owner.is_in, other.is_in) == (True, True)


def test_a_sign_in_and_an_ended_session_are_told_to_the_person_alone(owner, other):
    owner.post(PAGE)
    told = Change.objects.order_by("pk").values_list("type", "audience", "user_id")
    person = User.objects.get().pk
    assert list(told) == [
        ("session.started", "user", person),
        ("session.started", "user", person),
        ("session.ended", "user", person),
    ]
    assert "account.session_ended" in Entry.objects.values_list("action", flat=True)


def test_closing_asks_for_the_password_and_for_certainty(owner):
    assert owner.post("/accounts/close/", {"sure": "on"}).url.startswith("/accounts/reauthenticate/")
    owner.reauthenticate()
    assert owner.post("/accounts/close/").status_code == 200
    assert User.objects.exists()


def test_a_closed_account_signs_nobody_in_and_is_erased(owner, other):
    owner.reauthenticate()
    assert owner.post("/accounts/close/", {"sure": "on"}).url == "/accounts/closed/"
    assert not other.is_in
    assert not Visitor().sign_in().wsgi_request.user.is_authenticated
    assert carry_out(Erasure.objects.get().pk)
    assert not User.objects.exists()
