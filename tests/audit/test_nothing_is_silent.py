"""Every service function that takes an actor records what the actor did, in itself or in what it calls."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from accounts.rights import Actor

APPS = ("accounts", "digests", "events", "moderation", "places", "realtime", "sources")
#: Modules that only read.
READERS = (".queries", "accounts.actions", "moderation.desk")
#: They write nothing, or only what follows from what is recorded.
SILENT = {
    "sources.monitoring.alerts.acknowledge": "the alert itself keeps who and when",
    "digests.services.on_demand.preview_message": "reads",
    "events.services.merging_organizers.may_merge": "reads",
    "events.editing.answers.venue": "reads",
    "events.editing.answers.read": "reads",
    "events.editing.form.merged": "reads",
    "events.editing.page.form_from": "reads",
    "events.editing.page.suggestions": "reads",
    "events.services.editing.locked_event": "a part of editing, which records",
    "events.services.locks.lock_fields": "a part of editing, which records",
    "events.services.own_events.edit_own": "records by Before.save, a method",
    "events.services.own_events.locked_own": "a part of editing, which records",
    "events.services.own_events.require_team": "reads",
    "events.services.teams.may_lead": "reads",
    "moderation.services.claiming.holder": "reads",
    "moderation.services.claiming.require_cities": "reads",
    "moderation.services.conversations.check_judge": "reads",
    "moderation.services.speaking.file_claim": "asks a moderator, whose verdict is recorded",
    "moderation.services.speaking.last_claim": "reads",
    "moderation.services.verdicts.check": "reads",
    "moderation.services.reports.reporter_of": "reads",
    "moderation.services.undoing.last_undoable": "reads",
    "events.services.correcting.preview_spread": "reads",
    "events.services.merging.verdicts.remember": "a part of merging and parting, which record",
    "events.services.publication.require_event_cities": "reads",
    "moderation.admin.sidebar.queue_of": "reads",
    "moderation.receivers.ask_again": "follows from a parting",
    "moderation.services.matches.after_parting": "follows from a parting",
    "places.services.owning.speaks_for": "reads",
    "sources.admin.acts.check": "asks the platform, writes nothing",
    "sources.admin.acts.words_for": "reads",
    "sources.api.shared.discovery_facts": "reads",
    "sources.lab.examine.begin": "looks at an address, writes nothing",
    "sources.lab.validate.begin": "looks at an answer, writes nothing",
    "sources.setup.switch.why_not": "asks the platform, writes nothing",
}
RECORDS = {"record_action", "record_actions"}


def functions() -> Iterator[Callable[..., Any]]:
    """The public functions with a parameter `by: Actor` of modules that are no test, form or page."""
    for module in _modules():
        for name, function in vars(module).items():
            if (
                inspect.isfunction(function)
                and function.__module__ == module.__name__
                and not name.startswith("_")
            ):
                by = inspect.signature(function).parameters.get("by")
                if by is not None and by.annotation in (Actor, "Actor"):
                    yield function


def _modules() -> Iterator[ModuleType]:
    for app in APPS:
        for found in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if not any(part in found.name for part in (".migrations", ".management", *READERS)):
                yield importlib.import_module(found.name)


@cache
def records(function: Callable[..., Any]) -> bool:
    """Whether a call of `record_action` can be reached from the function through the project's own functions."""
    seen, waiting = {function}, [function]
    while waiting:
        for name, called in _calls(waiting.pop()):
            if name in RECORDS:
                return True
            if called is not None and called not in seen:
                seen.add(called)
                waiting.append(called)
    return False


def _calls(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Names of what a function calls, each with the project's function that it is."""
    module = inspect.getmodule(function)
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Call):
            names = ast.unparse(node.func).split(".")
            yield names[-1], _found(module, names)


def _found(module: Any, names: list[str]) -> Any:
    found: Any = module
    for name in names:
        found = getattr(found, name, None)
    is_ours = inspect.isfunction(found) and found.__module__.partition(".")[0] in APPS
    return found if is_ours else None


@pytest.mark.parametrize(
    "function", [pytest.param(one, id=f"{one.__module__}.{one.__name__}") for one in functions()]
)
def test_what_an_actor_can_call_is_recorded(function):
    assert records(function) != (f"{function.__module__}.{function.__name__}" in SILENT)


def test_no_exception_is_out_of_date():
    assert set(SILENT) <= {f"{one.__module__}.{one.__name__}" for one in functions()}
