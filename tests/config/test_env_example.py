"""`.env.example` lists every variable that is read, with its default, and no other."""

import re
import sys
import types

import pytest

from config.embedded.paths import PROJECT
from flags.models import Flag
from tests.config.variables import example_lines, read_settings

PRODUCTION = {
    "NOCTURNE_MODE": "production",
    "SECRET_KEY": "x" * 60,
    "SITE_URL": "https://nocturne.example",
    "ALLOWED_HOSTS": "nocturne.example",
    "DATABASE_URL": "postgresql://none@localhost/none",
    "SENTRY_DSN": "https://key@sentry.example/1",
}
#: Read outside the settings, by programs that run before them, and each time anew by flags.
ELSEWHERE = {
    "NOCTURNE_KEEP_SERVICES",
    "NOCTURNE_TEST_PROCESSES",
    "ENABLE_FACEBOOK_EVENTS",
    "ENABLE_WEB_SCRAPING",
    *(f"FLAG_{flag.value.upper()}" for flag in Flag if flag is not Flag.PAYMENTS),  # always off
}
EMPTY = {None, "", "[]"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path) -> dict[str, object]:
    monkeypatch.setitem(sys.modules, "sentry_sdk", types.SimpleNamespace(init=lambda **_: None))
    monkeypatch.setattr(sys, "argv", ["manage.py"])
    _, local = read_settings(monkeypatch, NOCTURNE_VAR=str(tmp_path))
    _, production = read_settings(monkeypatch, **PRODUCTION, NOCTURNE_VAR=str(tmp_path))
    _, bucket = read_settings(monkeypatch, PICTURES_BUCKET="posters", NOCTURNE_VAR=str(tmp_path))
    return {**production, **bucket, **local}


def in_shell_words() -> dict[str, str]:
    """The variables of the Procfile and compose: `${NAME:-default}` or `${NAME:?message}`."""
    text = "".join((PROJECT / name).read_text() for name in ("Procfile", "docker-compose.yml"))
    return {
        name: default if kind == "-" else ""
        for name, kind, default in re.findall(r"(?<!\$)\$\{([A-Z_]+):([-?])([^}]*)\}", text)
    }


def read_by_settings_source() -> set[str]:
    """Names that are arguments in the source, in any branch."""
    return set(
        re.findall(
            r'(?:env\.\w+|required|os\.environ\.get)\(\s*"([A-Z_]+)"',
            (PROJECT / "config" / "settings.py").read_text(),
        )
    )


def test_every_variable_is_named_and_no_other(asked):
    assert set(example_lines()) == set(asked) | set(in_shell_words()) | read_by_settings_source() | ELSEWHERE


def test_shown_defaults_are_the_real_ones(asked):
    shown = {name: value for name, value in example_lines().items() if value}
    real = {name: spelled(value) for name, value in {**in_shell_words(), **asked}.items()}
    wrong = {
        name: (value, real[name])
        for name, value in shown.items()
        if name in real and real[name] != spelled(value)
    }
    assert wrong == {}


def test_an_empty_value_stands_for_none_or_for_a_derived_one_that_the_comment_explains(asked):
    lines = (PROJECT / ".env.example").read_text().splitlines()
    unexplained = [
        name
        for name, value in example_lines().items()
        if not value
        and spelled(asked.get(name)) not in EMPTY
        and "Derived:" not in lines[lines.index(f"#{name}=") - 1]
    ]
    assert unexplained == []


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_without_what_it_needs_says_so_in_one_line(missing, monkeypatch, tmp_path):
    given = {name: value for name, value in PRODUCTION.items() if name not in {missing, "SENTRY_DSN"}}
    with pytest.raises(Exception, match=f"{missing} must be set") as caught:
        read_settings(monkeypatch, **given, NOCTURNE_VAR=str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "insecure",
    [
        {"SECRET_KEY": "short"},
        {"SITE_URL": "http://nocturne.example"},
        {"ALLOWED_HOSTS": "*"},
        {"EGRESS_ALLOW_LOOPBACK": "true"},
        {"NOCTURNE_MODE": "prod"},
        {"TRUSTED_PROXIES": "0.0.0.0/0"},
        {"TRUSTED_PROXIES": "10.0.0.1,proxy.example"},
    ],
)
def test_production_refuses_what_is_insecure(insecure, monkeypatch, tmp_path):
    given = {**PRODUCTION, "SENTRY_DSN": "", "NOCTURNE_VAR": str(tmp_path), **insecure}
    with pytest.raises(Exception, match=next(iter(insecure))):
        read_settings(monkeypatch, **given)


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("k" * 64)
    given = {name: value for name, value in PRODUCTION.items() if name not in {"SECRET_KEY", "SENTRY_DSN"}}
    settings, _ = read_settings(
        monkeypatch, **given, SECRET_KEY_FILE=str(tmp_path / "key"), NOCTURNE_VAR=str(tmp_path)
    )
    assert settings["SECRET_KEY"] == "k" * 64
    assert not settings["DEBUG"]


def spelled(value: object) -> str | None:
    """A default in the form of the file."""
    if value is None:
        return None
    if isinstance(value, list):
        return ",".join(map(str, value)) or "[]"
    text = str(value)
    return text.lower() if text in {"True", "False"} else re.sub(r"\.0$", "", text)
