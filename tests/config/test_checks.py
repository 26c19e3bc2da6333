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
