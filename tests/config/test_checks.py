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
