"""`manage.py evaluate`: accuracy of the categorizer and the matchers on labelled data, as one JSON object.

Needs neither services nor a database.
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pipeline.contract.exceptions import SourceError
from sources.lab.inspection import Wish, inspect
from training.decisions import read_labels, report
from training.evaluation import (
    LabelFile,
    categories_on,
    dated_files,
    duplicates_on,
    fields_on,
    files_on,
    read_each,
    read_label_files,
    structured_files,
    unused_on,
    venues_on,
)

#: The path of the real data beside a checkout.
DATA: Final = settings.BASE_DIR.parent / "shared" / "data"


class Command(BaseCommand):
    help = "Score `categories` or `fields` against labels, `duplicates` or `venues` against pairs; find `files` that yield no event, idle `patterns`."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        _add_categories(what)
        _add_duplicates(what)
        _add_venues(what)
        _add_fields(what)
        _add_files(what)
        _add_patterns(what)
        decisions = what.add_parser("decisions", help="how often facts were right, by moderators' decisions")
        decisions.add_argument("file", type=Path, metavar="LABELS.ndjson", help="as export_labels writes it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["what"] == "categories":
                figures = categories_on(options["file"], options["labels"], options["pictures"])
            elif options["what"] == "fields":
                figures = fields_on(_label_files(options), _events_of, options["disagreements"])
            elif options["what"] == "decisions":
                figures = report(read_labels(options["file"]))
            elif options["what"] == "files":
                held_out = options["which"] == "held-out"
                figures = files_on(dated_files(options["data"], held_out=held_out), _events_of)
            elif options["what"] == "patterns":
                files = (file for file in _label_files(options) if file.path and file.events)
                figures = unused_on(lambda: read_each(files, _events_of))
            elif options["what"] == "venues":
                figures = venues_on(
                    options["files"],
                    options["gold"],
                    options["ignore"],
                    without_phone=options["without_phone"],
                    pictures=options["pictures"],
                )
            else:
                figures = duplicates_on(
                    options["file"],
                    options["gold"],
                    options["ignore"],
                    only_listed=options["only_listed"],
                    pictures=options["pictures"],
                )
        except (OSError, EOFError) as error:
            raise CommandError(f"cannot be read: {error}", returncode=2) from error
        except KeyError as error:
            raise CommandError(f"the column {error} is missing", returncode=2) from error
        except ValueError as error:
            raise CommandError(f"not what was expected: {error}", returncode=2) from error
        self.stdout.write(json.dumps(figures, ensure_ascii=False))


def _add_categories(what: Any) -> None:
    categories = what.add_parser(
        "categories", help="accuracy by source, its mean over sources, pooled, calibration error"
    )
    categories.add_argument("file", type=Path, metavar="FILE.csv.gz")
    categories.add_argument("--labels", type=Path, required=True, help="CSV with source, label, acceptable")
    categories.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="draw the confusion matrix and the reliability into this folder",
    )


def _add_duplicates(what: Any) -> None:
    duplicates = what.add_parser(
        "duplicates", help="precision, recall and F1 of the pairs that would be merged"
    )
    duplicates.add_argument("file", type=Path, metavar="RECORDS.csv")
    duplicates.add_argument("--gold", type=Path, required=True, help="CSV with id1, id2: the true pairs")
    duplicates.add_argument(
        "--ignore", type=Path, help="CSV with id1, id2: pairs that count for neither side"
    )
    duplicates.add_argument(
        "--only-listed",
        action="store_true",
        help="the gold CSV has a column label: score its pairs labelled 1 and 0 alone",
    )
    duplicates.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="write the precision-recall curve and the histogram of scores as SVG",
    )


def _add_venues(what: Any) -> None:
    venues = what.add_parser(
        "venues", help="the same for venues: of one list, or of two whose pairs are looked for across"
    )
    venues.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="VENUES.csv",
        help="CSV with id, name, address, city, phone, …",
    )
    venues.add_argument("--gold", type=Path, required=True, help="CSV of the true pairs of ids")
    venues.add_argument("--ignore", type=Path, help="CSV of pairs that count for neither side")
    venues.add_argument("--without-phone", action="store_true", help="do not look at the telephone numbers")
    venues.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="write the precision-recall curve and the histogram of scores as SVG",
    )


def _add_fields(what: Any) -> None:
    fields = what.add_parser("fields", help="precision and coverage of each field, the worst first")
    _add_label_files(fields)
    fields.add_argument(
        "--disagreements", type=Path, metavar="FILE", help="write what is not right, a JSON line each"
    )


def _add_files(what: Any) -> None:
    files = what.add_parser("files", help="the share of files with dated events that yield at least one")
    files.add_argument(
        "data", type=Path, metavar="DATA", nargs="?", default=DATA, help=f"with its MANIFEST.tsv ({DATA})"
    )
    files.add_argument(
        "--which", choices=("rest", "held-out"), default="rest", help="of held-out origins, or of all others"
    )


def _add_patterns(what: Any) -> None:
    _add_label_files(
        what.add_parser(
            "patterns", help="the expressions and alternatives that decide nothing on labelled files"
        )
    )


def _add_label_files(fields: Any) -> None:
    fields.add_argument("folder", type=Path, metavar="FOLDER", help="JSON files of labels, one a data file")
    fields.add_argument(
        "--data", type=Path, default=DATA, help=f"where the labelled files are, if not in FOLDER ({DATA})"
    )
    fields.add_argument(
        "--structured",
        choices=("rest", "held-out"),
        help="FOLDER is the data itself, with its MANIFEST.tsv: small independent readers tell what its files say in structured form",
    )


def _label_files(options: dict[str, Any]) -> Iterator[LabelFile]:
    if options["structured"]:
        return structured_files(options["folder"], held_out=options["structured"] == "held-out")
    return read_label_files(options["folder"], options["data"])


def _events_of(file: LabelFile) -> Iterator[dict[str, Any]]:
    """Yield the events of a labelled file by a dry run. Raises ValueError where it cannot be read."""
    wish = Wish(target=str(file.path), now=file.now, base_url=file.base_url)
    try:
        yield from (draft.event.to_json() for draft in inspect(wish, None).drafts())
    except SourceError as error:
        raise ValueError(error.detail) from error
