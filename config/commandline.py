"""The command line: `manage.py NAME`.

Commands that need neither models nor a database start without Django's apps, whose 2,000 modules take seconds. So does the list of commands.
"""

import gc
import logging.config
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

from django.conf import settings
from django.core import management
from django.core.exceptions import ImproperlyConfigured
from django.core.management.color import color_style

#: Commands that need no model, and the app of each.
WITHOUT_APPS: Final = {"categorize": "sources", "inspect_source": "sources", "match": "sources"}
#: Garbage is looked for after so many new objects, not after 700: loading the site makes 600,000 that stay, and looking through them was a
#: quarter of the time of a short command.
GARBAGE: Final = 100_000
#: Django's options that change what is imported: Django reads them.
_BEFORE: Final = ("--settings", "--pythonpath")
_HELP: Final = frozenset({"help", "--help", "-h"})


def execute(argv: Sequence[str]) -> None:
    """Run the command that `argv` (of the whole process) names, or print the help that it asks for."""
    gc.set_threshold(GARBAGE)
    words = list(argv[1:])
    if not _has_settings() or any(word.startswith(_BEFORE) for word in words):
        management.execute_from_command_line(list(argv))
        return
    if not words or (words[0] in _HELP and words[1:] in ([], ["--commands"])):
        _print_help(argv[0], names_only=len(words) == 2)
        return
    asked = words[1] if words[0] == "help" else words[0]
    if asked not in WITHOUT_APPS:
        management.execute_from_command_line(list(argv))
        return
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads would wait for work, and cost time
    # as Django does, without its own handler that mails errors to admins, which imports its views, models and forms
    logging.config.dictConfig(settings.LOGGING)
    command = management.load_command_class(WITHOUT_APPS[asked], asked)
    if words[0] == "help":
        command.print_help(argv[0].rpartition("/")[2], asked)
    else:
        command.run_from_argv(list(argv))


def _has_settings() -> bool:
    """Whether the settings can be read; Django says why they cannot."""
    try:
        return bool(settings.INSTALLED_APPS)
    except ImproperlyConfigured:
        return False


def commands() -> dict[str, str]:
    """The name of each command, and its app; the first of the settings' apps that has it, before Django's own.

    As `django.core.management.get_commands`, which imports all models before.
    """
    found = dict.fromkeys(management.find_commands(management.__path__[0]), "django.core")
    for entry in reversed(settings.INSTALLED_APPS):
        app = entry.partition(".apps.")[0]
        spec = find_spec(app)
        for folder in (spec and spec.submodule_search_locations) or []:
            found.update(dict.fromkeys(management.find_commands(f"{folder}/management"), app))
    return found


def _print_help(program: str, *, names_only: bool) -> None:
    if names_only:
        print("\n".join(sorted(commands())))
        return
    name, style = program.rpartition("/")[2], color_style()
    by_app: dict[str, list[str]] = {}
    for command, app in commands().items():
        by_app.setdefault("django" if app == "django.core" else app.rpartition(".")[2], []).append(command)
    lines = [
        "",
        f"Type '{name} help <subcommand>' for help on a specific subcommand.",
        "",
        "Available subcommands:",
    ]
    for app in sorted(by_app):
        lines += ["", style.NOTICE(f"[{app}]"), *(f"    {command}" for command in sorted(by_app[app]))]
    sys.stdout.write("\n".join(lines) + "\n")
