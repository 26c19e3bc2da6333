"""`make sbom`: what the installation is made of, as CycloneDX (https://cyclonedx.org), from the pinned requirements.

The program that writes it gets an environment of its own (var/sbom/venv) and is no part of what runs.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pipeline import patterns

PROJECT: Final = Path(__file__).resolve().parents[1]
#: The newest that was tried.
_TOOL: Final = "cyclonedx-bom==7.5.0"
_VERSION: Final = "1.6"
_PIN: Final = patterns.compile(
    r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", patterns.MULTILINE
)


def tool(folder: Path) -> Path:
    """The program, installed where it is missing. Raises CalledProcessError where no registry answers."""
    program = folder / "bin" / "cyclonedx-py"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", _TOOL], check=True)
    return program


def command(program: Path, requirements: Path, target: Path) -> list[str]:
    """How the program is called. The same requirements give the same file; it is checked against CycloneDX's schema."""
    project = ["--pyproject", str(PROJECT / "pyproject.toml")]
    form = ["--output-format", "JSON", "--spec-version", _VERSION, "--output-reproducible", "--validate"]
    return [str(program), "requirements", *project, *form, "--output-file", str(target), str(requirements)]


def missing(requirements: str, bom: Mapping[str, Any]) -> list[str]:
    """The pinned packages (name==version) that the list of components leaves out."""
    listed = {(_name(one["name"]), one.get("version", "")) for one in bom.get("components", ())}
    pins = [(_name(name), version) for name, version in _PIN.findall(requirements)]
    return [f"{name}=={version}" for name, version in pins if (name, version) not in listed]


def _name(name: str) -> str:
    return name.replace("_", "-").replace(".", "-").lower()


def main(words: Sequence[str] | None = None) -> int:
    """Write it. Returns 1 where it cannot be written, or leaves a package out."""
    parser = argparse.ArgumentParser(prog="make sbom", description=__doc__)
    parser.add_argument(
        "--requirements", type=Path, default=PROJECT / "requirements-s3.txt", help="default: of the image"
    )
    parser.add_argument("--output", type=Path, default=PROJECT / "var" / "sbom" / "nocturne.cdx.json")
    given = parser.parse_args(words)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    try:
        program = tool(PROJECT / "var" / "sbom" / "venv")
        subprocess.run(command(program, given.requirements, given.output), check=True)
    except subprocess.CalledProcessError as error:
        print(f"sbom: {error}", file=sys.stderr)
        return 1
    bom = json.loads(given.output.read_text(encoding="utf-8"))
    if left_out := missing(given.requirements.read_text(encoding="utf-8"), bom):
        print(f"sbom: left out: {', '.join(left_out)}", file=sys.stderr)
        return 1
    print(f"sbom: {len(bom['components'])} packages in {given.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
