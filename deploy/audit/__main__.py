"""`make audit`: each part in turn, each problem on a line, and one JSON object as the last line. Exit code 1
where something is wrong."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.audit import dependencies, leaks, licences, third_parties, vulnerabilities
from deploy.audit.records import Report, read_accepted, read_pinned

PROJECT = Path(__file__).resolve().parents[2]


def main(words: list[str] | None = None, root: Path = PROJECT) -> int:
    """Audit the project at `root`. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {third_parties.PAGE} anew")
    parser.add_argument(
        "--advisories",
        default=vulnerabilities.SOURCE,
        help="a registry that tells vulnerabilities as pypi.org does",
    )
    options = parser.parse_args(words)
    started = time.monotonic()
    reports = dict(_parts(root, options.advisories, write=options.write))
    passed = not any(report.problems for report in reports.values())
    seconds = round(time.monotonic() - started, 1)
    print(
        json.dumps(
            {
                "passed": passed,
                **{name: dict(report.facts) for name, report in reports.items()},
                "seconds": seconds,
            }
        )
    )
    return 0 if passed else 1


def _parts(root: Path, source: str, *, write: bool) -> Iterable[tuple[str, Report]]:
    accepted = read_accepted(root / "deploy/audit/accepted.toml")
    product = read_pinned(root / "requirements.txt") | read_pinned(root / "requirements-s3.txt")
    everything = read_pinned(root / "requirements-dev.txt")
    everything |= product
    files = leaks.tracked(root)
    yield _said("vulnerabilities", vulnerabilities.look(everything, accepted.vulnerabilities, source=source))
    found, report = licences.look(everything, licences.installed(), accepted.licences)
    yield _said("licences", report)
    if write:
        _write(root / third_parties.PAGE, found, product, everything)
    page = root / third_parties.PAGE
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    yield _said(
        "third_parties",
        _both(third_parties.check(text, found, everything), third_parties.check_files(files, root)),
    )
    yield _said("dependencies", dependencies.look(root, accepted.unused))
    yield _said("secrets", leaks.look(root, files, accepted.secrets))


def _said(name: str, report: Report) -> tuple[str, Report]:
    for note in report.notes:
        print(f"{name}: {note}")
    for problem in report.problems:
        print(f"{name}: PROBLEM {problem}")
    if not report.problems and not report.notes:
        print(f"{name}: nothing to complain of")
    return name, report


def _both(first: Report, second: Report) -> Report:
    return Report(
        problems=[*first.problems, *second.problems],
        notes=[*first.notes, *second.notes],
        facts={**first.facts, **second.facts},
    )


def _write(
    page: Path, found: Mapping[str, str], product: Mapping[str, str], everything: Mapping[str, str]
) -> None:
    """What is not for this Python and system stays as the page has it."""
    former = third_parties.read_page(page.read_text(encoding="utf-8")) if page.is_file() else {}
    rows = {name: found.get(name) or former.get(name, "") for name in everything}
    rows = {name: licence for name, licence in rows.items() if licence}
    tools = {name: licence for name, licence in rows.items() if name not in product}
    page.write_text(
        third_parties.page({name: rows[name] for name in rows if name in product}, tools), encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
