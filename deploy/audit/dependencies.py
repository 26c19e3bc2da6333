"""Packages that are declared and not used, or used and not declared, by deptry: the product by
requirements.in and requirements-s3.in, tests and benchmarks by all files."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from deploy.audit.records import Report

#: Folders that only development needs; they may use what requirements-dev.in names.
TOOLS: Final = ("tests", "benchmarks", "deploy/audit")


def look(root: Path, accepted: Mapping[str, str], *, tools: Iterable[str] = TOOLS) -> Report:
    """What deptry finds in the product and in its tools, without what is accepted as unused (read by name,
    never imported)."""
    there = [name for name in tools if (root / name).is_dir()]
    with TemporaryDirectory() as folder:
        alone, bucket = Path(folder) / "tools.in", Path(folder) / "s3.in"
        alone.write_text("\n".join(_declared(root / "requirements-dev.in")))
        bucket.write_text("\n".join(_declared(root / "requirements-s3.in")))
        product = _deptry(
            root,
            ".",
            [
                "--requirements-files",
                f"requirements.in,{bucket}",
                "--requirements-files-dev",
                str(alone),
                *_without(there),
            ],
        )
        ours = [
            word
            for name in sorted(path.parent.name for path in root.glob("*/__init__.py"))
            for word in ("--known-first-party", name)
        ]
        both, none = f"requirements.in,{bucket},{alone}", Path(folder) / "none.in"
        none.touch()
        around = (
            _deptry(
                root, *there, ["--requirements-files", both, "--requirements-files-dev", str(none), *ours]
            )
            if there
            else []
        )
    declared = {
        line.partition("[")[0].partition("=")[0].strip().lower()
        for line in _declared(root / "requirements-dev.in")
    }
    found = [one for one in product if not _is_accepted(one, accepted)]
    found += [
        one
        for one in around
        if not _is_accepted(one, accepted)
        and (one["error"]["code"] != "DEP002" or one["module"].lower() in declared)
    ]
    return Report(problems=[_line(one) for one in found], facts={"issues": len(found)})


def _declared(path: Path) -> list[str]:
    """The packages that a file names itself, without the files that it includes."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [line for line in lines if line and line[0].isalnum()]


def _without(folders: Iterable[str]) -> list[str]:
    return [word for name in (*folders, "var") for word in ("--extend-exclude", f"^{name}/")]


def _deptry(root: Path, *words: Any) -> list[dict[str, Any]]:
    """Its findings. The configuration is empty: a `[project]` in pyproject.toml would take the place of the
    files that are given."""
    *folders, options = words
    with TemporaryDirectory() as folder:
        report, empty = Path(folder) / "report.json", Path(folder) / "none.toml"
        empty.write_text("[tool.deptry]\n")
        settings = ["--config", str(empty), "--json-output", str(report), "--exclude", r"^\.venv/"]
        command = [sys.executable, "-m", "deptry", *folders, *settings, *options]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
        if not report.is_file():
            raise RuntimeError(f"deptry said: {done.stderr.strip()[-300:]}")
        found: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _is_accepted(one: Mapping[str, Any], accepted: Mapping[str, str]) -> bool:
    return f"{one['error']['code']} {one['module']}" in accepted


def _line(one: Mapping[str, Any]) -> str:
    place, error = one["location"], one["error"]
    file = "requirements-dev.in" if place["file"].endswith("tools.in") else place["file"]
    return f"{file}:{place['line'] or 1}: {error['message']} ({error['code']})"
