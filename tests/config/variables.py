"""The variables of the settings, found by running them with a recording environment."""

import runpy
from pathlib import Path
from typing import Any

import environ
import pytest
import structlog
from environ.fileaware_mapping import FileAwareMapping

from config import env as environment
from config.embedded.paths import PROJECT


class NotingEnv(environ.FileAwareEnv):
    """An environment that records each variable and its default."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, Any] = {}

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        """Record and return the variable."""
        if default is environ.Env.NOTSET:
            self.asked.setdefault(var, None)
        else:
            self.asked.setdefault(var, default)
        return super().get_value(var, cast=cast, default=default, parse_default=parse_default)


def read_settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the settings with only `given` set. Returns their names, and the recorded variables."""
    noting = NotingEnv()
    noting.ENVIRON = FileAwareMapping(env=given)
    monkeypatch.setattr(environment, "read", lambda _base: noting)
    logs = structlog.get_config()
    try:
        return runpy.run_path(str(PROJECT / "config" / "settings.py")), noting.asked
    finally:
        structlog.configure(**logs)  # a logger of other settings would be kept, and no test hear it again


def example_lines(path: Path = PROJECT / ".env.example") -> dict[str, str]:
    """The variables of `.env.example` with their values; each is on a line `#NAME=value`."""
    pairs = (
        line.removeprefix("#").partition("=")
        for line in path.read_text().splitlines()
        if line.startswith("#") and not line.startswith("# ")
    )
    return {name: value for name, equals, value in pairs if equals}
