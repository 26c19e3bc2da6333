"""`python -m tests.fuzzing --examples 200` runs Schemathesis over the whole schema; the last line is one JSON object.

It starts an installation with samples in a folder of its own, unless `--site` names one that runs (with `--var`, its folder).
Exit 1 where a check failed.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.site_pictures import ROOT, fresh_site_in

#: The version that the summary in docs/api-fuzzing.md names.
VERSION: Final = "4.32.5"
_HERE: Final = Path(__file__).parent
_VENV: Final = ROOT / "var" / "fuzz-venv"
_PORT: Final = "8098"
#: No limit of a network hides what lies behind it, and what is off by default is asked too.
_SETTINGS: Final = {
    "API_RATE_LIMIT": "0",
    "TRUSTED_PROXIES": "127.0.0.1",
    "FLAG_LEARNT_RECOMMENDATIONS": "on",
}
#: A stream that does not end; tests/realtime/consumers asks it.
_ENDLESS: Final = "/api/v1/live"


def main() -> int:
    """As the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=200, help="test cases of an operation")
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--site", default="", help="the address of a site that runs")
    parser.add_argument("--var", default="", help="its folder (NOCTURNE_VAR)")
    parser.add_argument(
        "--report", default=str(ROOT / "var" / "fuzz-report.json"), help="where it is written"
    )
    parser.add_argument("more", nargs="*", help="more for Schemathesis, behind --")
    asked = parser.parse_args()
    program = _program()
    with _site(asked.site, asked.var) as (base, folder):
        world = _world(folder)
        return _run(program, base, world, asked)


def _program() -> Path:
    """Schemathesis in its own environment, which is made where it is not there."""
    program = _VENV / "bin" / "schemathesis"
    if not program.exists():
        venv.create(_VENV, with_pip=True)
        subprocess.run(
            [_VENV / "bin" / "python", "-m", "pip", "install", "-q", f"schemathesis=={VERSION}"], check=True
        )
    return program


@contextlib.contextmanager
def _site(base: str, folder: str) -> Iterator[tuple[str, str]]:
    if base:
        yield base, folder
        return
    with (
        tempfile.TemporaryDirectory(prefix="nocturne-fuzzing-") as made,
        fresh_site_in(made, _PORT, _SETTINGS) as started,
    ):
        yield started, made


def _world(folder: str) -> str:
    env = {**os.environ, **({"NOCTURNE_VAR": folder} if folder else {})}
    env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    words = [sys.executable, "-m", "tests.fuzzing.world"]
    told = subprocess.run(words, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return told.stdout.strip().splitlines()[-1]


def _run(program: Path, base: str, world: str, asked: argparse.Namespace) -> int:
    report = Path(asked.report).resolve()  # Schemathesis runs in var/
    words = [
        str(program), "--config-file", str(_HERE / "schemathesis.toml"), "run", f"{base}/api/v1/schema/?format=json", "--checks", "all",
        "--max-examples", str(asked.examples), "--seed", str(asked.seed), "--request-timeout", "60", "--continue-on-failure",
        "--wait-for-schema", "60", "--exclude-path", _ENDLESS, "--report", "json,ndjson", "--report-json-path", str(report),
        "--report-ndjson-path", str(report.with_suffix(".ndjson")), *asked.more,
    ]  # fmt: skip
    env = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(_HERE),
        "FUZZED_SITE": base,
        "FUZZED_WORLD": world,
    }
    began = time.monotonic()
    code = subprocess.run(words, cwd=ROOT / "var", env=env, check=False).returncode
    print(json.dumps(_summary(code, asked, time.monotonic() - began)))
    return code


def _summary(code: int, asked: argparse.Namespace, seconds: float) -> dict[str, Any]:
    return {
        "version": VERSION, "seed": asked.seed, "examples": asked.examples, "passed": code == 0, "seconds": round(seconds),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
