"""`manage.py train_spam`: train the spam filter, print its figures, and install it.

It is trained from messages and real events, and refused if it flags too many real events.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pipeline.refinement.checks import spam
from training.evaluation import read_label_map, read_labelled
from training.spam import dump_spam, spam_data, train_spam

#: An installed filter may flag at most so many real events as spam.
MOST_FALSE = 0.001


class Command(BaseCommand):
    help = "Train the spam filter from messages (ham|spam TAB text) and real events (a labelled file). Deterministic; about a minute."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("messages", type=Path)
        parser.add_argument(
            "--events", type=Path, required=True, help="labelled events (CSV, gzipped or not)"
        )
        parser.add_argument("--labels", type=Path, required=True, help="CSV with source, label, acceptable")
        parser.add_argument("--hosts", type=Path, help="hosts known for spam, one a line; shipped as hashes")
        parser.add_argument("--output", type=Path, default=spam.PATH)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            labelled = read_labelled(options["events"], read_label_map(options["labels"]))
            events = dict.fromkeys(
                (event.source, f"{event.title}. {event.description}") for event in labelled
            )
            data = spam_data(list(events), options["messages"], options["hosts"])
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"cannot read the examples: {error}", returncode=2) from error
        model = train_spam(data)
        self.stdout.write(json.dumps({"threshold": model.threshold, **model.figures}, indent=1))
        if model.figures["events_called_spam"] > MOST_FALSE:
            raise CommandError(
                f"not installed: it calls {model.figures['events_called_spam']:.2%} of real events spam"
            )
        content = dump_spam(model, data)
        options["output"].write_bytes(content)
        self.stdout.write(f"installed {options['output']} ({len(content)} bytes)")
