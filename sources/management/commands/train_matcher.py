"""`manage.py train_matcher`: train the matcher.

Train from the labelled pairs, print the scores, install the model unless it is worse.
"""

import csv
import gzip
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pipeline.matching.score import ARTEFACT
from training.evaluation.curves import Curve, curve_picture, histogram_picture
from training.matching.examples import conferences, new_york
from training.matching.fit import GATE, Trained, train
from training.matching.kept import pooled

#: A model is refused when its F1 on held-out lists is lower than the installed one's by more than this.
TOLERANCE = 0.002


class Command(BaseCommand):
    help = "Train the matcher on the labelled pairs, print its score card, and install it unless it is worse than the installed one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The paths of the data, the model and the charts, and `--force`."""
        parser.add_argument(
            "--data",
            type=Path,
            default=Path(settings.BASE_DIR).parent / "shared" / "data",
            help="the folder of recorded data",
        )
        parser.add_argument("--output", type=Path, default=ARTEFACT)
        parser.add_argument(
            "--pictures", type=Path, metavar="DIR", help="draw the results of the held-out lists, as SVG"
        )
        parser.add_argument("--force", action="store_true", help="install even a worse model")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, print, compare, write."""
        folder: Path = options["data"]
        try:
            data = conferences(folder / "dedup/conferences/dev"), new_york(folder / "dedup/nyc_multisource")
            trained = train(*data, titles(folder))
        except OSError as error:
            raise CommandError(f"cannot read the labelled pairs: {error}", returncode=2) from error
        for name, row in trained.card.items():
            self.stdout.write(
                f"{name:36} precision {row['precision']:.4f}  recall {row['recall']:.4f}  f1 {row['f1']:.4f}  wrong {row['wrong']:3}"
                f"  missed {row['missed']:3}, of these {row['not_compared']} never compared"
            )
        if options["pictures"]:
            draw(trained, options["pictures"])
        before, after = installed_f1(options["output"]), trained.card[GATE]["f1"]
        if after < before - TOLERANCE and not options["force"]:
            raise CommandError(
                f"not installed: F1 {after:.4f} is worse than the installed model's {before:.4f} (--force installs it)"
            )
        options["output"].write_text(
            json.dumps(trained.artefact, separators=(",", ":")) + "\n", encoding="utf-8"
        )
        self.stdout.write(
            f"installed in {options['output']}, merging from {trained.artefact['merge_at']}, asking from {trained.artefact['ask_at']}"
        )


def draw(trained: Trained, folder: Path) -> None:
    """Write the precision-recall curve and the histogram of scores on held-out lists.

    As `kept-apart-curve.svg` and `kept-apart-scores.svg`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scores, truth = pooled(trained.by_list)
    curve = Curve.of(scores, truth, sum(kept.true_pairs() for kept in trained.by_list))
    at, figures = trained.artefact["merge_at"], trained.card[GATE]
    chosen = (figures["recall"], figures["precision"])
    (folder / "kept-apart-curve.svg").write_text(
        curve_picture(curve, chosen, f"merged from {at}", {}), encoding="utf-8"
    )
    (folder / "kept-apart-scores.svg").write_text(histogram_picture(scores, truth, at), encoding="utf-8")


def titles(folder: Path) -> Iterator[str]:
    """Yield the titles of all recorded events, for the weights of their words."""
    for path in ("dedup/conferences/dev/records.csv", "dedup/nyc_multisource/records.csv"):
        with (folder / path).open(encoding="utf-8", newline="") as file:
            yield from (row["title"] for row in csv.DictReader(file))
    with gzip.open(
        folder / "labels/labelled_events_dev.csv.gz", "rt", encoding="utf-8", newline=""
    ) as packed:
        yield from (row["title"] for row in csv.DictReader(packed))


def installed_f1(artefact: Path) -> float:
    """The stored F1 of the installed model on held-out lists; 0 without a model."""
    try:
        return float(json.loads(artefact.read_text(encoding="utf-8"))["card"][GATE]["f1"])
    except (OSError, ValueError, KeyError):
        return 0.0
