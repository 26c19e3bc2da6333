"""`manage.py train_categorizer`: train the categorizer.

Train from labelled events, print the scores, install the model unless it is worse.
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pipeline.refinement.categories import model
from training.categorizer import train
from training.corrections import SOURCE, corrected_events
from training.evaluation import LabelledEvent
from training.examples import labelled_examples, read_corrections
from training.plain import plain_figures
from training.scorecard import compared, draw_held_out, figures, held_out_answers, score_card

#: A new model counts as worse if it loses more than this in the expected mean over sources: the noise of
#: held-out figures.
TOLERANCE = 0.002
MOST_BYTES = 4 * 1024 * 1024


class Command(BaseCommand):
    help = "Train the categorizer from labelled events. Deterministic; about ten minutes for 18,000 events on one core."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "labelled",
            type=Path,
            help="labelled events (CSV, gzipped or not): source, id, title, description, venue, city, lang, labels",
        )
        parser.add_argument("--labels", type=Path, required=True, help="CSV with source, label, acceptable")
        parser.add_argument(
            "--corrections",
            type=Path,
            help="more events of the same form with slugs as labels, source 'corrections'",
        )
        parser.add_argument(
            "--corrected",
            action="store_true",
            help="learn too from the events of this database whose category a person set",
        )
        parser.add_argument("--output", type=Path, default=model.PATH)
        parser.add_argument("--pictures", type=Path, help="draw the held-out answers into this folder")
        parser.add_argument(
            "--plain",
            action="store_true",
            help="only print what plain models give, held out in the same ways",
        )
        parser.add_argument("--rounds", type=int, default=45, help="rounds of fitting (default 45)")
        parser.add_argument("--folds", type=int, default=4, help="folds by title (default 4)")
        parser.add_argument("--force", action="store_true", help="install it even if it is worse")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            corrections = [
                *_written(options["corrections"]),
                *(corrected_events() if options["corrected"] else ()),
            ]
            examples = labelled_examples(
                options["labelled"], options["labels"], folds=options["folds"], corrections=corrections
            )
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"cannot read the labelled events: {error}", returncode=2) from error
        if not len(examples):
            raise CommandError("no event has a label of the map", returncode=2)
        if options["plain"]:
            for what, plain, mean in plain_figures(examples):
                self.stdout.write(f"{what:<8} {plain:<10} {mean:.4f}")
            return
        trained = train(examples, rounds=options["rounds"], say=lambda line: self.stderr.write(line))
        reported = held_out_answers(examples, trained)
        found = figures(examples, reported)
        if options["pictures"]:
            draw_held_out(options["pictures"], examples, reported)
        for line in score_card(found):
            self.stdout.write(line)
        metadata = {
            "data": examples.digest,
            "events": len(examples),
            "corrections": int((examples.source == SOURCE).sum()),
            "rounds": options["rounds"],
            "folds": options["folds"],
            "figures": found,
        }
        self._install(model.dump(trained.parts, trained.mixing, metadata), metadata, options)

    def _install(self, content: bytes, metadata: dict[str, Any], options: dict[str, Any]) -> None:
        if len(content) > MOST_BYTES:
            raise CommandError(
                f"not installed: the artefact has {len(content)} bytes, {MOST_BYTES} are allowed"
            )
        output: Path = options["output"]
        held = _held(output)
        if held is not None and not options["force"]:
            figures = compared(metadata["figures"], held)
            if figures is None:
                raise CommandError(
                    "not installed: it shares no source with the one that is there, so they cannot be compared; --force installs it"
                )
            new, old = figures
            if new < old - TOLERANCE:
                raise CommandError(
                    f"not installed: over the sources of both it is worse than the one that is there ({new:.4f} against {old:.4f}); --force installs it"
                )
        output.write_bytes(content)
        output.with_suffix(".json").write_text(json.dumps(metadata, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"installed {output} ({len(content)} bytes)")


def _written(path: Path | None) -> Iterable[LabelledEvent]:
    return read_corrections(path) if path else ()


def _held(output: Path) -> dict[str, Any] | None:
    """The figures of the installed model; None where there is none, or where it cannot be read any more."""
    try:
        figures = model.read(output.read_bytes()).metadata.get("figures", {})
    except (OSError, ValueError, KeyError):
        return None
    return dict(figures)
