"""Rights of staff count only in a session, or with a token, that proved a second factor: at the admin, the API and live."""

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from rest_framework.request import Request

from accounts import checks
from accounts.authentication import TokenAuthentication
from accounts.models import TokenFamily, User
from accounts.rights import RightMissing, may, require
from accounts.site.adapter import FactorAdapter
from accounts.tokens.families import start_family
from audit.models import Entry
from realtime.connections.identity import check_rights
from realtime.exceptions import Refused
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
EMAIL, PASSWORD = "mod@example.org", "a long enough password"
RIGHT = "events.publish_event"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def chief(db: None) -> User:
    """A superuser with a verified address, as `createsuperuser` makes one."""
    return User.objects.create_superuser(EMAIL, PASSWORD)


def code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def sign_in(client: Client, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD, **more})


def enrolled(chief: User) -> User:
    TOTP.activate(chief, SECRET)
    return chief


def signed_in(client: Client, chief: User) -> Client:
    """By password and code."""
    enrolled(chief)
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    return client


def test_the_admin_sends_whoever_is_not_signed_in_to_the_login_that_asks_for_the_factor(client: Client):
    answer = client.post("/admin/login/?next=/admin/", {"username": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")


def test_a_first_login_without_a_factor_can_only_enrol(client: Client, chief: User):
    sign_in(client)
    held = (
        "/admin/",
        "/admin/events/event/",
        "/accounts/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/close/",
    )
    assert {client.get(path)["Location"].partition("?")[0] for path in held} == {"/accounts/2fa/"}
    assert "The desk opens with a second step only." in client.get("/accounts/2fa/").content.decode()
    assert client.get("/api/v1/admin/sources").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_first_factor_opens_the_admin(client: Client, chief: User):
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": code(client.session["mfa.totp.secret"])})
    kinds = Authenticator.objects.filter(user=chief).values_list("type", flat=True)
    assert sorted(kinds) == ["recovery_codes", "totp"]
    assert "To the desk" in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert client.get("/admin/").status_code == 200


def test_password_and_code_open_the_admin_and_the_api(client: Client, chief: User):
    signed_in(client, chief)
    assert [client.get(path).status_code for path in ("/admin/", "/api/v1/admin/sources")] == [200, 200]


def test_a_session_from_before_the_factor_proves_it_and_cannot_add_another(client: Client, chief: User):
    sign_in(client)
    enrolled(chief)
    for path in ("/admin/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        assert client.get(path)["Location"].startswith("/accounts/2fa/reauthenticate/")
    client.post("/accounts/2fa/reauthenticate/", {"code": code()})
    assert client.get("/admin/").status_code == 200


def test_the_proof_of_another_account_counts_for_nobody_else(client: Client, chief: User):
    signed_in(client, chief)
    other = make_staff(email="other@example.org")
    session = client.session
    session["_auth_user_id"], session["_auth_user_hash"] = str(other.pk), other.get_session_auth_hash()
    session.save()
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/")


def test_services_refuse_an_account_that_is_held_back(chief: User):
    chief.lacks_factor = True
    assert (may(chief, RIGHT), chief.get_all_permissions(), chief.has_module_perms("events")) == (
        False,
        set(),
        False,
    )
    with pytest.raises(RightMissing, match="second factor"):
        require(chief, RIGHT)


@pytest.mark.parametrize(("methods", "counts"), [(("pwd",), False), (("pwd", "otp"), True), (("hwk",), True)])
def test_a_token_counts_by_how_it_was_got(chief: User, methods: tuple[str, ...], counts: bool):
    access = start_family(chief, methods=methods).access
    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {access}"})
    found = TokenAuthentication().authenticate(Request(request))
    assert found is not None
    assert may(found[0], RIGHT) is counts


def test_people_who_are_no_staff_need_no_factor(client: Client):
    person = User.objects.create_user("person@example.org", PASSWORD)
    client.force_login(person)
    assert client.get("/accounts/").status_code == 200


@pytest.mark.django_db(transaction=True)
async def test_the_live_feed_holds_the_same_session_back(settings: Any):
    from asgiref.sync import sync_to_async

    chief = await sync_to_async(User.objects.create_superuser)(EMAIL, PASSWORD)
    client = Client()
    await sync_to_async(sign_in)(client)

    def scope() -> dict[str, Any]:
        return {
            "headers": [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode())]
        }

    with pytest.raises(Refused, match="lacks the right"):
        await check_rights(["desk:queue"], await sync_to_async(scope)())
    await sync_to_async(enrolled)(chief)
    await sync_to_async(client.post)("/accounts/2fa/reauthenticate/", {"code": code()})
    assert await check_rights(["desk:queue"], await sync_to_async(scope)()) is not None


def test_staff_keep_their_last_factor(chief: User):
    factor = TOTP.activate(chief, SECRET).instance
    assert not FactorAdapter().can_delete_authenticator(factor)
    Authenticator.objects.create(user=chief, type="webauthn", data={})
    assert FactorAdapter().can_delete_authenticator(factor)


def test_a_lost_factor_is_reset_by_command_and_ends_every_session(client: Client, chief: User):
    signed_in(client, chief)
    start_family(chief, methods=("pwd", "otp"))
    call_command("reset_second_factor", EMAIL.upper(), stdout=(out := StringIO()))
    assert "Deleted 1 second factors" in out.getvalue()
    assert not Authenticator.objects.filter(user=chief).exists()
    assert not TokenFamily.objects.filter(ended_at=None).exists()
    assert client.get("/admin/").status_code == 302
    assert Entry.objects.filter(action="account.factors_reset").count() == 1


def test_an_unknown_address_is_said_to_be_unknown():
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "nobody@example.org")


def test_production_without_the_factor_fails_the_deployment_check(settings: Any):
    assert checks.second_factor(None) == []
    settings.STAFF_SECOND_FACTOR = False
    assert [each.id for each in checks.second_factor(None)] == ["accounts.E010"]


def test_the_admins_own_form_refuses_an_account_with_a_factor(client: Client, chief: User, settings: Any):
    settings.STAFF_SECOND_FACTOR = False
    enrolled(chief)
    page = client.post("/admin/login/", {"username": EMAIL, "password": PASSWORD}).content.decode()
    assert "has a second factor" in page
