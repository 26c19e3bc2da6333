"""`manage.py messages`: bring the catalogues up to date with the marked texts, and compile them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from languages.catalogues.compiling import compile_changed
from languages.catalogues.extracting import missing_and_unused, update


class Command(BaseCommand):
    help = "Collects the marked texts into locale/ and compiles them; --check only says what is out of date."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail where a catalogue is out of date"
        )

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        """Raises CommandError where `--check` finds a difference."""
        if check:
            self._check()
            return
        for path in [*update(), *compile_changed()]:
            self.stdout.write(f"wrote {path}")

    def _check(self) -> None:
        stale = {code: found for code, found in missing_and_unused().items() if any(found)}
        for code, (missing, unused) in stale.items():
            self.stderr.write(
                f"{code}: {len(missing)} missing, {len(unused)} unused, such as {sorted(map(str, missing | unused))[:3]}"
            )
        if stale:
            raise CommandError("The catalogues are out of date: make messages")
