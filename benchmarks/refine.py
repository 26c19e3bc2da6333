"""What refining recorded texts costs: `python -m benchmarks.refine [--path FILE_OR_FOLDER ...] [--city SLUG] [--write FILE]`.

Every file that a connector can read is refined with its own clock, the second day of the year that its bytes name in the middle; no database, no
service. Models are loaded and files are read before; only the steps are counted, by processor time. `repeated` are the files with more than two
occurrences to a title and description (series, daily showings), `single` the others. `--write` keeps each result as a line of JSON, so that two
versions of the code can be compared byte by byte (with PYTHONHASHSEED=0). Last line: `{"occurrences", "kept", "distinct_texts", "ms_per_occurrence",
"ms_per_distinct_text", "reading_ms_per_occurrence", "files", "repeated": {"occurrences", "distinct_texts", "ms_per_occurrence"}, "single": {the
same}, "step_ms": {step: ms an occurrence}, "processor_seconds", "load", "reference_seconds"}`.
"""

import argparse
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from benchmarks.processor import watched
from pipeline.contract.draft import Draft
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.geography.fixture import fixture_gazetteer
from pipeline.preload import warm
from pipeline.refinement.pipeline import Refined, refine
from sources.lab.inspection import Inspection, Wish, inspect

#: Of the recorded data, which lies beside the project and is no part of it.
FOLDERS: Final = ("api", "html", "ics", "large", "rss", "snapshots")
FIRST_YEAR, LAST_YEAR = 2000, 2026
#: The largest file that is read, in bytes.
LARGEST: Final = 8_000_000
#: Four digits that may be a year, wherever they stand.
_YEAR: Final = re.compile(rb"(?=(20\d\d))")


@dataclass
class Tally:
    """The sums over some files; times in seconds of processor time."""

    occurrences: int = 0
    kept: int = 0
    distinct: int = 0
    reading: float = 0.0
    refining: float = 0.0
    files: int = 0
    steps: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add the sums of another."""
        self.occurrences += other.occurrences
        self.kept += other.kept
        self.distinct += other.distinct
        self.reading += other.reading
        self.refining += other.refining
        self.files += other.files
        self.steps.update(other.steps)

    @property
    def repeats(self) -> bool:
        """Whether most occurrences have the text of another one."""
        return self.distinct * 2 < self.occurrences

    def ms(self, seconds: float) -> float:
        """Milliseconds an occurrence."""
        return round(1000 * seconds / max(self.occurrences, 1), 3)

    def figures(self) -> dict[str, Any]:
        """The figures of a kind of file."""
        return {
            "occurrences": self.occurrences,
            "distinct_texts": self.distinct,
            "ms_per_occurrence": self.ms(self.refining),
        }


def main() -> None:
    """Refine all, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", type=Path, nargs="+", default=recorded())
    parser.add_argument("--city", default="", help="slug of the city of all files")
    parser.add_argument("--write", type=Path, help="write the refined events and dropped records here")
    options = parser.parse_args()
    if missing := [path for path in options.path if not path.exists()]:
        parser.error(f"there is no {missing[0]}: name files or folders with --path")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")  # for the keys of platforms
    warm()
    files, whole = [], Tally()
    with watched() as told, options.write.open("w") if options.write else nullcontext() as out:
        for path in paths(options.path):
            if (tally := of_file(path, options.city, out)) and tally.occurrences:
                files.append(tally)
                whole.add(tally)
                if tally.occurrences >= 100:
                    kind = "repeated" if tally.repeats else "single"
                    print(
                        f"{path.name[:50]:<50} {tally.occurrences:>6} {tally.distinct:>6} texts {tally.ms(tally.refining):>8} ms  {kind}"
                    )
    kinds = {"repeated": Tally(), "single": Tally()}
    for tally in files:
        kinds["repeated" if tally.repeats else "single"].add(tally)
    print(
        json.dumps(
            {
                "occurrences": whole.occurrences,
                "kept": whole.kept,
                "distinct_texts": whole.distinct,
                "ms_per_occurrence": whole.ms(whole.refining),
                "ms_per_distinct_text": round(1000 * whole.refining / max(whole.distinct, 1), 3),
                "reading_ms_per_occurrence": whole.ms(whole.reading),
                "files": whole.files,
                **{name: kind.figures() for name, kind in kinds.items()},
                "step_ms": {name: whole.ms(seconds) for name, seconds in whole.steps.items()},
                **told,
            }
        )
    )


def recorded() -> list[Path]:
    """The folders of recorded data, beside the project or further up."""
    roots = [parent / "shared" / "data" for parent in Path(__file__).resolve().parents[2:]]
    root = next((root for root in roots if root.is_dir()), roots[0])
    return [root / folder for folder in FOLDERS]


def paths(wanted: Iterable[Path]) -> Iterator[Path]:
    """The files, folders walked, in order."""
    for path in wanted:
        yield from (
            sorted(one for one in path.rglob("*") if one.is_file() and one.stat().st_size <= LARGEST)
            if path.is_dir()
            else [path]
        )


def of_file(path: Path, city: str, out: IO[str] | None) -> Tally | None:
    """The sums of one file; None where no connector reads it."""
    moment = moment_of(path.read_bytes())
    begun = time.process_time()
    try:
        inspection = inspect(
            Wish(
                target=str(path),
                now=moment,
                city=fixture_gazetteer().city(city) if city else None,
                base_url="https://example.org/x",
            ),
            None,
        )
        records = [record for page in inspection.pages for record in page.records]
    except SourceError:
        return None
    read = time.process_time()
    results = list(_refined(records, inspection))
    refined = time.process_time()
    tally = Tally(
        occurrences=len(records),
        kept=sum(len(batch.drafts) for batch in results),
        distinct=len({(one.title, getattr(one, "description", "")) for one in records}),
        reading=read - begun,
        refining=refined - read,
        files=1,
    )
    for batch in results:
        tally.steps.update({step.name: step.seconds for step in batch.steps})  # type: ignore[arg-type]
    if out:
        _write(out, path, results)
    return tally


def _refined(records: list[RawRecord | Dropped], inspection: Inspection) -> Iterator[Refined]:
    try:
        yield from refine(records, inspection.context, inspection.lookups)
    except SourceError as error:  # a step that refuses a whole batch
        print(f"{inspection.context.source_name}: {error.detail}")


def moment_of(content: bytes) -> datetime:
    """The clock for a file: most have events of years long past."""
    years = sorted(
        year for found in _YEAR.findall(content) if FIRST_YEAR <= (year := int(found)) <= LAST_YEAR
    )
    return datetime(years[len(years) // 2] if years else LAST_YEAR, 1, 2, tzinfo=UTC)


def _write(out: IO[str], path: Path, results: Iterable[Refined]) -> None:
    for batch in results:
        for draft in batch.drafts:
            out.write(json.dumps([path.name, _draft(draft)], ensure_ascii=True, sort_keys=True) + "\n")
        for one in batch.dropped:
            out.write(
                json.dumps([path.name, one.reason, one.external_id, one.recurrence_id, one.title, one.detail])
                + "\n"
            )


def _draft(draft: Draft) -> dict[str, Any]:
    beside = ("place_id", "place_name", "told_at", "city", "area", "notes")
    return {**draft.event.to_json(), "_draft": {name: getattr(draft, name) for name in beside}}


if __name__ == "__main__":
    main()
