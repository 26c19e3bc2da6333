"""`check --deploy` names settings that protect a site and were taken away."""

import pytest

from config import checks


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        ({}, []),
        ({"CHROMIUM_SANDBOX": False}, ["config.W002"]),
        ({"BACKUP_TO": "/backups", "BACKUP_RECIPIENTS": []}, ["config.E001"]),
        (
            {"BACKUP_TO": "/backups", "BACKUP_RECIPIENTS": ["age1x"], "BACKUP_IDENTITY": "AGE-SECRET-KEY-1"},
            ["config.W003"],
        ),
    ],
)
def test_what_was_taken_away_is_named(settings, changed, ids):
    settings.CHROMIUM_SANDBOX = True
    for name, value in changed.items():
        setattr(settings, name, value)
    assert [each.id for check in (checks.sandbox, checks.backups) for each in check(None)] == ids


def test_a_limit_that_is_off_is_named(settings):
    for name in checks._LIMITS:
        setattr(settings, name, 10)
    assert checks.limits(None) == []
    settings.API_KEY_RATE_LIMIT = 0
    [warning] = checks.limits(None)
    assert warning.msg.startswith("API_KEY_RATE_LIMIT is 0")


SAFE = {
    "SITE_URL": "https://events.example.org", "ALLOWED_HOSTS": ["events.example.org"], "OPERATOR_EMAILS": ["on-call@example.org"],
    "SLACK_WEBHOOK_URL": "", "PAGERDUTY_ROUTING_KEY": "", "OPERATOR_WEBHOOK_URL": "", "HEARTBEAT_URL": "https://beats.example.org/1",
    "BACKUP_TO": "/backups", "EMAIL_HOST": "smtp.example.org", "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False, "LOG_LEVEL": "INFO",
    "METRICS_TOKEN": "m" * 16,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        ({}, []),
        ({"SITE_URL": "http://events.example.org"}, ["config.E002"]),
        ({"ALLOWED_HOSTS": ["events.example.org", "*"]}, ["config.E003"]),
        ({"OPERATOR_EMAILS": []}, ["config.W004"]),
        ({"OPERATOR_EMAILS": [], "PAGERDUTY_ROUTING_KEY": "key"}, []),
        ({"HEARTBEAT_URL": ""}, ["config.W005"]),
        ({"BACKUP_TO": ""}, ["config.W006"]),
        ({"EMAIL_USE_TLS": False}, ["config.W007"]),
        ({"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True}, []),
        ({"EMAIL_USE_TLS": False, "EMAIL_HOST": "127.0.0.1"}, []),
        ({"LOG_LEVEL": "debug"}, ["config.W008"]),
        ({"METRICS_TOKEN": "short"}, ["config.E004"]),
        ({"METRICS_TOKEN": ""}, []),
        ({"MAIL_LOG_DAYS": 0}, ["config.E005"]),
        ({"PAYLOAD_RETENTION_DAYS": 0, "LIVE_RETENTION_DAYS": -1}, ["config.E005", "config.E005"]),
    ],
)
def test_what_can_hurt_is_named(settings, changed, ids):
    for name, value in {**SAFE, **changed}.items():
        setattr(settings, name, value)
    ours = (checks.addresses, checks.alerts, checks.in_the_clear, checks.proofs, checks.kept_too_short)
    assert [each.id for check in ours for each in check(None)] == ids


@pytest.mark.parametrize(
    ("host", "options", "ids"),
    [
        ("db.example.org", {}, ["config.W009"]),
        ("db.example.org", {"sslmode": "prefer"}, ["config.W009"]),
        ("db.example.org", {"sslmode": "require"}, []),
        ("10.0.0.7", {"sslmode": "verify-full"}, []),
        ("/run/postgresql", {}, []),
        ("127.0.0.1", {}, []),
        ("", {}, []),
    ],
)
def test_a_database_over_a_network_needs_tls(settings, host, options, ids):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "unix:///run/valkey.sock"
    settings.DATABASES = {"default": {"HOST": host, "OPTIONS": options}}
    assert [each.id for each in checks.stores_in_the_clear(None)] == ids


@pytest.mark.parametrize(
    ("valkey", "broker", "ids"),
    [
        ("redis://valkey:6379/0", "redis://valkey:6379/0", ["config.W010", "config.W010"]),
        ("rediss://cache.example.org:6379/0", "amqp://u:p@rabbit:5672/", ["config.W010"]),
        ("rediss://cache.example.org:6379/0", "amqps://u:p@rabbit:5671/", []),
        ("redis://127.0.0.1:6379/0", "redis://localhost:6379/0", []),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock", []),
    ],
)
def test_valkey_and_the_broker_over_a_network_need_tls(settings, valkey, broker, ids):
    settings.DATABASES = {"default": {"HOST": ""}}
    settings.REDIS_URL, settings.CELERY_BROKER_URL = valkey, broker
    found = checks.stores_in_the_clear(None)
    assert [each.id for each in found] == ids
    assert "u:p" not in "".join(each.msg for each in found)


@pytest.mark.parametrize(
    ("networks", "ids"),
    [(["10.0.0.0/8"], []), (["0.0.0.0/0", "::/0"], ["config.E006", "config.E006"]), ([], [])],
)
def test_a_proxy_that_anybody_may_be_is_refused(settings, networks, ids):
    settings.TRUSTED_PROXIES = networks
    assert [each.id for each in checks.proxies(None)] == ids
