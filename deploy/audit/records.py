"""What the parts of the audit tell each other."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What one part found. `problems` fail the audit, `notes` are said beside them, `facts` go into the last
    line."""

    problems: Sequence[str] = ()
    notes: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """What somebody looked at and let stand, with the reason. By vulnerability's id, package's name, or a
    secret's `file type hash`."""

    vulnerabilities: Mapping[str, str]
    licences: Mapping[str, str]
    unused: Mapping[str, str]
    secrets: Mapping[str, str]


def read_accepted(path: Path) -> Accepted:
    """The exceptions of a TOML file; a section that is missing is empty."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return Accepted(
        **{name: told.get(name, {}) for name in ("vulnerabilities", "licences", "unused", "secrets")}
    )


def read_pinned(path: Path) -> dict[str, str]:
    """Version by name (lower case, with `-`) of a compiled requirements file; none where there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    pairs = (line.split(";")[0].rstrip(" \\").partition("==") for line in lines if line and line[0].isalnum())
    return {plain(name.partition("[")[0]): version.strip() for name, _, version in pairs if version}


def plain(name: str) -> str:
    """A distribution's name as registries compare it (PEP 503), without runs of signs."""
    return name.strip().lower().replace("_", "-").replace(".", "-")
