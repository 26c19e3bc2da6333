"""Google and GitHub, in a process of its own, since their addresses exist only where their keys are set."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from tests.accounts.site.conftest import make_account

#: Runs in the child: what the pages offer, a forged answer of the provider, and true ones.
CHILD = """
import json
import django
django.setup()
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from types import SimpleNamespace
def signed_in(email):
    request = RequestFactory().get("/accounts/google/login/callback/")
    request.allauth, request.user = SimpleNamespace(), AnonymousUser()
    SessionMiddleware(lambda _: None).process_request(request)
    MessageMiddleware(lambda _: None).process_request(request)
    with context.request_context(request):
        provider = get_adapter().get_provider(request, "google")
        told = {"sub": email, "email": email, "email_verified": True, "given_name": "Vera", "family_name": "V"}
        login = provider.sociallogin_from_response(request, told)
        answer = complete_login(request, login)
    return [request.user.is_authenticated, getattr(request.user, "name", ""), answer.status_code]
client = Client(HTTP_HOST="localhost")
page = client.get("/accounts/login/").content.decode()
sent = client.post("/accounts/google/login/")
forged = client.get("/accounts/google/login/callback/?code=x&state=y").content.decode()
print(json.dumps({
    "offered": [name for name in ("google", "github") if f"/accounts/{name}/login/" in page],
    "sent_to": sent["Location"].split("?")[0],
    "may_leave_to": sent.headers.get("Content-Security-Policy", "").partition("form-action ")[2].partition(";")[0],
    "forged": "did not sign you in" in forged,
    "new": signed_in("new@example.org"),
    "known": signed_in("vera@example.org"),
}))
"""


@pytest.fixture
def found(transactional_db: None, child_environment: dict[str, str]) -> Any:
    make_account()
    environment = {**child_environment, "GOOGLE_LOGIN_CLIENT_ID": "id", "GOOGLE_LOGIN_SECRET": "held"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_a_provider_with_keys_signs_new_people_in_and_takes_over_nobody(found):
    assert found["offered"] == ["google"]
    assert found["sent_to"] == "https://accounts.google.com/o/oauth2/v2/auth"
    assert found["may_leave_to"] == "'self' https://accounts.google.com"
    assert found["forged"]
    assert found["new"] == [True, "Vera V", 302]
    assert found["known"][0] is False


@pytest.mark.django_db
def test_without_keys_there_is_neither_a_button_nor_an_address():
    assert Client().get("/accounts/google/login/").status_code == 404
    assert "google" not in Client().get("/accounts/login/").content.decode().casefold()
