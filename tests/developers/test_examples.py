"""Every curl of the documentation runs against the real server, its placeholders filled."""

import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.timezone import now
from standardwebhooks import Webhook

from accounts.keys.holding import KeyWish, make_key
from accounts.keys.scopes import Scope
from config.developers import markdown
from events.models import Event
from tests.browser.conftest import evening, served  # noqa: F401  # a fixture
from tests.factories import make_person, make_place, record_event

pytestmark = [pytest.mark.real_clock, pytest.mark.long, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery staple"
#: What an example answers beside 200.
STATUSES = {"citty": 400, "submissions": 202, "-X POST": 201}


def documents():
    """README and docs, and the text of the developers' page."""
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths} | {"/developers/": markdown()}


def commands(text):
    """The commands that begin with curl, those of several lines too."""
    for found in re.finditer(r"^ *(curl (?:.*\\\n)*.*)$", text, re.MULTILINE):
        yield found[1].replace("\\\n", " ")


@pytest.fixture
def filled(served):  # noqa: F811
    """Replaces a placeholder with something that there is."""
    person = make_person(email="vera@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    with transaction.atomic():
        event = record_event(start=evening(3))
        place = event.place or make_place(city=event.city)
        Event.objects.filter(pk=event.pk).update(place=place)
    signed_in = subprocess.run(
        ["curl", "-s", f"{served.url}/api/v1/auth/login", "-H", "Content-Type: application/json", "-d",
         f'{{"email": "{person.email}", "password": "{PASSWORD}"}}'],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    token = re.search(r'"access":"([^"]+)"', signed_in.stdout)
    assert token, signed_in.stdout
    wish = KeyWish(
        name="examples", scopes=[scope.value for scope in Scope], expires_at=now() + timedelta(days=1)
    )
    _, key = make_key(person, wish, by=person, has_factor=False)
    values = {
        r"http://(127\.0\.0\.1|localhost):8000|\$SITE|https://nocturne\.example": served.url,
        r"EVENT_ID|\$EVENT\b|(?<=/events/)ID": str(event.pk),
        r"PLACE_ID": str(place.pk),
        r"ACCESS_TOKEN|\bACCESS\b|\$TOKEN|eyJ…": token[1],
        r"API_KEY": key,
        r"EMAIL|vera@example\.org": person.email,
        r'"email": "…"': f'"email": "{person.email}"',
        r"PASSWORD": PASSWORD,
        r'"password": "…"': f'"password": "{PASSWORD}"',
    }

    def fill(command):
        for pattern, value in values.items():
            command = re.sub(pattern, lambda _, value=value: value, command)
        return command

    return fill


def test_every_curl_of_the_documentation_runs(filled):
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    ran, wrong = 0, []
    for where, text in documents().items():
        for command in commands(text):
            words = shlex.split(filled(command))
            is_stream = "-N" in words
            told = subprocess.run(
                [words[0], "-s", "-m", "4" if is_stream else "60", "-w", "\n%{http_code}", *words[1:]],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            ran += 1
            status = told.stdout.rsplit("\n", 1)[-1]
            wanted = next((str(code) for part, code in STATUSES.items() if part in command), "200")
            # an example that shows If-Match names an ETag of its own time
            if status != wanted and not ("If-Match" in command and status in ("412", "403")):
                wrong.append(f"{where}: {command}: {told.stdout[-400:]}")
            if is_stream and "event: hello" not in told.stdout:
                wrong.append(f"{where}: {command}: no stream")
    assert wrong == []
    assert ran >= 20


def test_the_signing_sample_accepts_what_we_sign():
    sample = re.search(r"```python\n(.*?)```", markdown(), re.DOTALL)
    names = {}
    exec(sample[1], names)  # noqa: S102  # the sample of the page
    secret, body = "whsec_" + "c2VjcmV0IG9mIHNvbWUgbGVuZ3RoIGhlcmU=", b'{"a": 1}'
    at = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body.decode()),
    }
    assert names["is_ours"](secret, headers, body)
    assert not names["is_ours"](secret, headers, body + b" ")
    assert not names["is_ours"](secret, {**headers, "webhook-timestamp": "1700000000"}, body)
