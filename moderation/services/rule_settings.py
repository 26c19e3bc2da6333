"""The rules in force: what an operator has set over the defaults of the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from accounts.actions import Action, Done, record_actions
from accounts.rights import Actor, require
from moderation.exceptions import ModerationError
from moderation.models import RuleSetting
from moderation.rules import RULES, Policy, Threshold

#: The right to set the rules.
SET_RULES: Final = "moderation.change_rulesetting"
#: Numbers of no single rule: what trust needs, and the events that a person looks at afterwards.
NUMBERS: Final[Mapping[str, Threshold]] = {
    "trust_verdicts": Threshold(default=10, least=10, most=1_000, decimals=0, about="verdicts before a source or submitter may publish by itself"),
    "trust_gained": Threshold(default=0.75, least=0.5, most=0.99, about="the lower end of the interval that gains the right, from 0 to 1"),
    "trust_lost": Threshold(default=0.65, least=0.3, most=0.99, about="below this lower end, a wrong verdict takes the right away"),
    "half_life_days": Threshold(default=180, least=7, most=3_650, decimals=0, about="after so many days a verdict weighs half"),
    "spot_share": Threshold(default=0.05, least=0.0, most=1.0, about="the share of what was published by itself that a person looks at, from 0 to 1"),
    "spot_most": Threshold(default=50, least=0, most=10_000, decimals=0, about="of these at most so many a day"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Which rules are off, and each number that is set: the thresholds of rules by their code, and `NUMBERS`."""

    off: frozenset[str] = frozenset()
    numbers: Mapping[str, float] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """The number in force. Raises KeyError for an unknown one."""
        return self.numbers[name] if name in self.numbers else limits()[name].default

    @property
    def policy(self) -> Policy:
        """What the rules need of it."""
        return Policy(
            off=self.off, thresholds={name: value for name, value in self.numbers.items() if name in RULES}
        )


def limits() -> dict[str, Threshold]:
    """Every number that can be set, by name."""
    return {code: rule.threshold for code, rule in RULES.items() if rule.threshold} | dict(NUMBERS)


def in_force() -> Settings:
    """The settings in force (one query)."""
    rows, known = list(RuleSetting.objects.all()), limits()
    return Settings(
        off=frozenset(row.name for row in rows if not row.enabled and row.name in RULES),
        numbers={row.name: row.value for row in rows if row.value is not None and row.name in known},
    )


def policy() -> Policy:
    """The rules in force (one query)."""
    return in_force().policy


def problems_of(wanted: Settings) -> dict[str, str]:
    """What cannot be set, by name: a sentence each."""
    found = {}
    for name, value in wanted.numbers.items():
        limit = limits().get(name)
        if limit is None:
            found[name] = "There is no such number."
        elif not limit.least <= value <= limit.most:  # also not a number
            found[name] = f"Enter a number from {limit.least:g} to {limit.most:g}."
    if not found and wanted.number("trust_lost") > wanted.number("trust_gained"):
        found["trust_lost"] = "Enter at most what gains the right, or the right would come and go."
    found |= {code: "This rule cannot be switched off." for code in wanted.off if _is_fixed(code)}
    return found


def save(wanted: Settings, *, by: Actor) -> list[str]:
    """Store the settings; what equals the default of the code needs no row.

    Raises RightMissing; ModerationError for what `problems_of` names. Returns the names of what changed.
    """
    require(by, SET_RULES)
    if problems := problems_of(wanted):
        name, words = next(iter(problems.items()))
        raise ModerationError(f"{name.replace('_', ' ')}: {words}")
    with transaction.atomic():
        before, after = _rows(in_force()), _rows(wanted)
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        RuleSetting.objects.filter(name__in=before.keys() - after.keys()).delete()
        for name in changed:
            if name in after:
                RuleSetting.objects.update_or_create(name=name, defaults=after[name])
        done = (Done(f"moderation.rulesetting:{name}", before.get(name), after.get(name)) for name in changed)
        record_actions(by, Action.RULE_CHANGED, done)
    return changed


def _is_fixed(code: str) -> bool:
    return code not in RULES or RULES[code].fixed


def _rows(some: Settings) -> dict[str, dict[str, Any]]:
    """The rows that these settings need."""
    defaults = limits()
    numbers = {name: value for name, value in some.numbers.items() if value != defaults[name].default}
    return {
        name: {"enabled": name not in some.off, "value": numbers.get(name)}
        for name in sorted(some.off | numbers.keys())
    }
