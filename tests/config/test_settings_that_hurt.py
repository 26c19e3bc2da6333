"""`check --deploy` covers every variable of `.env.example`: for each a value that hurts, or a reason why none can."""

import os
import re
from collections import defaultdict

import django.conf
import pytest
from django.conf import UserSettingsHolder
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured

from config import bounds
from config.embedded.paths import PROJECT
from tests.config.settings_that_hurt import FILLED_IN, HARMLESS, HURTS, REFUSED
from tests.config.variables import example_lines, read_settings

#: An installation that every check passes.
SAFE = {
    "NOCTURNE_MODE": "production", "SECRET_KEY": "".join(map(chr, range(48, 110))), "FIELD_ENCRYPTION_KEYS": "f" * 48, "LOOKUP_KEY": "l" * 48,
    "JWT_SIGNING_KEY": "j" * 48, "SITE_URL": "https://nocturne.example", "ALLOWED_HOSTS": "nocturne.example",
    "DATABASE_URL": "postgresql://u:p@127.0.0.1/nocturne", "REDIS_URL": "redis://127.0.0.1:6379/0", "TRUSTED_PROXIES": "127.0.0.1",
    "EMAIL_HOST": "smtp.example", "MAIL_POSTAL_ADDRESS": "1 Street, Town", "DEFAULT_FROM_EMAIL": "Nocturne <hello@nocturne.example>",
    "CONTACT_EMAIL": "bot@nocturne.example", "OPERATOR_EMAILS": "on-call@nocturne.example", "HEARTBEAT_URL": "https://beats.example/1",
    "BACKUP_TO": "/backups", "BACKUP_RECIPIENTS": "age1abc", "METRICS_TOKEN": "m" * 48,
}  # fmt: skip
SPELLED = {"EMAIL_BACKEND": ["MAIL_PROVIDERS"]}  # it becomes the one provider
FLAGS = {name for name in example_lines() if name.startswith(("FLAG_", "ENABLE_"))}
#: Files that are filled in from variables; dashboards have such words of their own.
_FILLED = {"", ".yml", ".yaml", ".template", ".conf", ".service", ".target"}
CASES = [(name, given, said) for name, cases in HURTS.items() for given, said in cases]


@pytest.fixture
def found(monkeypatch, tmp_path):
    """What an installation with these variables is told, by the id of the check or REFUSED."""

    def look(given: dict[str, str]) -> dict[str, str]:
        merged = {**SAFE, "NOCTURNE_VAR": str(tmp_path), **given}
        try:
            values, _ = read_settings(monkeypatch, **{name: text for name, text in merged.items() if text})
        except ImproperlyConfigured as error:
            return {REFUSED: str(error)}
        holder = UserSettingsHolder(django.conf.settings._wrapped)
        for name, value in values.items():
            if name.isupper():
                setattr(holder, name, value)
        monkeypatch.setattr(django.conf.settings, "_wrapped", holder)
        messages = run_checks(tags=[Tags.security, Tags.compatibility], include_deployment_checks=True)
        told: dict[str, str] = defaultdict(str)
        for each in messages:
            told[each.id or ""] += f"{each.msg} {each.hint} "
        return told

    monkeypatch.setattr("config.sentry.start", lambda *_, **__: None)
    return look


def test_every_variable_has_a_value_that_hurts_or_a_reason():
    assert set(HURTS) | set(HARMLESS) | FLAGS == set(example_lines())
    assert set(HURTS) & set(HARMLESS) == set()


def test_every_variable_of_the_files_of_deployment_has_one_too():
    files = [PROJECT / "Procfile", PROJECT / "docker-compose.yml", *(PROJECT / "deploy").rglob("*")]
    read = {
        name
        for path in files
        if path.is_file() and path.suffix in _FILLED
        for name in re.findall(r"(?<!\$)\$\{([A-Z][A-Z_]+)", path.read_text())
    }
    assert read - set(HURTS) - set(HARMLESS) == set(FILLED_IN)


def test_a_safe_installation_is_told_nothing(found):
    assert found({}) == {}
    told_in_compose = {
        "PUBLISH": "127.0.0.1:8000",
        "POSTGRES_PASSWORD": "p" * 48,
        "NOCTURNE_HOST": "nocturne.example",
    }
    assert found({**told_in_compose, "TRUSTED_PROXIES": "172.16.0.0/12", "WEB_STATEMENT_SECONDS": "15"}) == {}
    assert found({"PUBLISH": "10.1.2.3:8000", "TRUSTED_PROXIES": "10.1.2.4"}) == {}


@pytest.mark.parametrize(
    ("name", "given", "said"),
    CASES,
    ids=[f"{name}-{said}-{list(given.values())[0][:12]}" for name, given, said in CASES],
)
def test_what_hurts_is_named(name, given, said, found):
    told = found(given)
    assert said in told
    if not said.startswith("security."):
        assert any(word in told[said] for word in (name, *given, *SPELLED.get(name, ()))), told[said]


def test_every_number_of_the_table_has_a_case():
    spelled = {bounds._SPELLED.get(name, name) for name, *_ in bounds._NUMBERS}
    assert spelled <= {name for name, _, said in CASES if said == "config.E007"}


@pytest.mark.parametrize("name", sorted(FLAGS))
def test_a_flag_that_cannot_be_read_is_named(name, found, monkeypatch):
    monkeypatch.setitem(os.environ, name, "offf")
    assert "config.E020" in found({})
