"""The quality gates in force: the admin's rows over the environment; and a preview of changes.

Rows exist only for gates that differ.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from accounts.actions import Action, Done, record_actions
from accounts.rights import Actor, require
from events.models import Event
from pipeline.contract.quality import GATES, GateSetting, QualityRules, problems_of, read_setting, weigh
from sources.models import QualityGate, Source
from sources.setup import untold

#: A preview examines the events recorded in so many days, the latest first, at most so many.
PREVIEW: Final = timedelta(days=30)
MOST_PREVIEWED: Final = 20_000


def rules() -> QualityRules:
    """The gates in force (one query). A run reads them once, so that all its events are measured alike."""
    rows = {
        row.name: GateSetting(weight=row.weight, threshold=row.threshold, enabled=row.enabled)
        for row in QualityGate.objects.all()
    }
    return QualityRules(settings={**defaults().settings, **rows}) if rows else defaults()


def rules_for(source: Source) -> QualityRules:
    """The gates for a source's events: the general ones, with its own settings over them (one query)."""
    general = rules()
    own = {
        name: read_setting(name, text, general.settings[name])
        for name, text in source.gates.items()
        if name in general.settings
    }
    return QualityRules(settings={**general.settings, **own}, untold=untold.of(source))


def problems_of_own(own: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a source's own settings, by gate: a sentence each."""
    general, found = rules().settings, {}
    settings = dict(general)
    for name, text in own.items():
        try:
            settings[name] = read_setting(name, text, general[name])
        except (KeyError, ValueError) as error:
            found[name] = str(error)
    return found or problems_of(settings)


def defaults() -> QualityRules:
    """The gates of the environment."""
    base: QualityRules = settings.QUALITY_RULES
    return base


def save(wanted: QualityRules, *, by: Actor) -> list[str]:
    """Store the gates; a gate that equals the environment's needs no row.

    Raises RightMissing. Returns the names of those that changed.
    """
    require(by, "sources.change_qualitygate")
    before = rules().settings
    base = defaults().settings
    with transaction.atomic():
        QualityGate.objects.filter(
            name__in=[name for name, one in wanted.settings.items() if one == base[name]]
        ).delete()
        for name, one in wanted.settings.items():
            if one != base[name]:
                values = {"weight": one.weight, "threshold": one.threshold, "enabled": one.enabled}
                QualityGate.objects.update_or_create(name=name, defaults=values)
        changed = [name for name, one in wanted.settings.items() if one != before[name]]
        done = (
            Done(f"sources.qualitygate:{name}", asdict(before[name]), asdict(wanted.settings[name]))
            for name in changed
        )
        record_actions(by, Action.GATE_CHANGED, done)
    return changed


@dataclass(kw_only=True, slots=True)
class Side:
    """How many of the events pass: overall (score and every gate), and by gate."""

    passed: int = 0
    gates: dict[str, int] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Preview:
    """The effect of other rules on the `events` of 30 days.

    `now` with the present rules, `then` with the new ones.

    `lost` would fail and pass now, `won` the other way round. `unscored`: how many have no score for a gate
    that is only now switched on.
    """

    events: int = 0
    now: Side = field(default_factory=Side)
    then: Side = field(default_factory=Side)
    lost: int = 0
    won: int = 0
    unscored: dict[str, int] = field(default_factory=dict)


def preview(wanted: QualityRules, *, now: datetime) -> Preview:
    """The effect of `wanted` on the events of the last 30 days, from their stored scores (one query)."""
    present, found = rules(), Preview()
    recorded = Event.objects.filter(updated_at__gte=now - PREVIEW).exclude(quality={}).order_by("-updated_at")
    for kept in recorded.values_list("quality", flat=True)[:MOST_PREVIEWED]:
        found.events += 1
        before, after = _with(present, kept, found.now), _with(wanted, kept, found.then)
        found.lost += before and not after
        found.won += after and not before
        for name in wanted.gates.keys() - kept.get("gates", {}).keys():
            found.unscored[name] = found.unscored.get(name, 0) + 1
    return found


def _with(some: QualityRules, kept: Mapping[str, Any], side: Side) -> bool:
    """Whether an event with those scores passes; counts it."""
    marks = {name: (gate["score"], ()) for name, gate in kept.get("gates", {}).items() if name in GATES}
    quality = weigh(marks, some)
    for name, gate in quality.gates.items():
        side.gates[name] = side.gates.get(name, 0) + gate.passed
    side.passed += quality.passed
    return quality.passed
