"""What decides whether a feature is on."""

import pytest

from flags.models import Flag, FlagSwitch
from flags.services import forget, is_on

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("variable", "switch", "on"),
    [
        (None, None, True),
        (None, False, False),
        ("off", True, False),
        ("on", False, True),
        ("", False, False),  # an empty variable says nothing
        ("", None, True),
    ],
)
def test_the_environment_outranks_the_switch_and_the_switch_the_default(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, switch: bool | None, on: bool
) -> None:
    monkeypatch.delenv("FLAG_DIGESTS", raising=False)
    if variable is not None:
        monkeypatch.setenv("FLAG_DIGESTS", variable)
    if switch is not None:
        FlagSwitch.objects.create(name=Flag.DIGESTS, is_on=switch)
    forget()
    try:
        assert is_on(Flag.DIGESTS) is on
    finally:
        forget()
