"""What other settings would have done with the cases of the last week, in words.

Each judged case keeps what was measured: a review in `measures`, what was let through in the measures of its
decision. So a threshold is tried on all of them, without judging again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from moderation.enums import FieldGroup, ReviewKind
from moderation.models import Decision, Review, TrustSubject
from moderation.rules import RULES
from moderation.services.direct_decisions import SILENT
from moderation.services.rule_settings import Settings, in_force
from moderation.services.trusting import histories, terms_of

PERIOD: Final = timedelta(days=7)
#: At most so many reviews, decisions of rules and subjects are tried on, the newest first.
MOST: Final = 50_000
MOST_SUBJECTS: Final = 1_000
#: Thresholds of new events; those of the others are of changes.
_OF_NEW: Final = frozenset({"category"})


@dataclass(kw_only=True, slots=True)
class Cases:
    """The cases of a week: what was held back with its rules and measures, and what was let through."""

    held: list[tuple[str, list[str], Mapping[str, float]]] = field(default_factory=list)
    let_through: dict[str, int] = field(default_factory=dict)
    measured: dict[str, list[float]] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=dict)

    def judged(self, code: str = "") -> int:
        """How many cases there are: all, or those that a threshold is about."""
        if not code:
            return len(self.held) + sum(self.let_through.values())
        kind, passed = ("event", "clean") if code in _OF_NEW else ("change", "harmless")
        return sum(of == kind for of, _, _ in self.held) + self.let_through.get(passed, 0)


def try_out(wanted: Settings, *, now: datetime) -> list[str]:
    """A sentence for each setting that differs from the one in force; none where nothing would change."""
    present = in_force()
    cases = cases_of(now=now)
    found = [*_switches(cases, present, wanted), *_thresholds(cases, present, wanted)]
    found += [*_spot_checks(cases, present, wanted), *_trust(present, wanted)]
    return found


def cases_of(*, now: datetime) -> Cases:
    """The cases of the week until `now` (two queries)."""
    since, cases = now - PERIOD, Cases()
    kinds = (ReviewKind.EVENT, ReviewKind.CHANGE)
    held = Review.objects.filter(created_at__gte=since, kind__in=kinds).exclude(rules=[])
    rows = held.order_by("-created_at").values_list("kind", "rules", "measures")[:MOST]
    cases.held = list(rows)
    passed = Decision.objects.filter(at__gte=since, automatic=True).exclude(rules=[]).order_by("-at")
    for rules, measures, events in passed.values_list("rules", "measures", "events")[:MOST]:
        cases.let_through[rules[0]] = cases.let_through.get(rules[0], 0) + len(events)
        for name, values in measures.items():
            if name == SILENT:
                for code, count in values.items():
                    cases.silent[code] = cases.silent.get(code, 0) + count
            else:
                cases.measured.setdefault(name, []).extend(values)
    return cases


def _switches(cases: Cases, present: Settings, wanted: Settings) -> Iterator[str]:
    for code in sorted(present.off ^ wanted.off):
        if code in wanted.off:
            alone = sum(rules == [code] for _, rules, _ in cases.held)
            yield f"Without “{RULES[code].name}”, {_of(alone, cases.judged())} would not have waited."
        else:
            count = cases.silent.get(code, 0)
            yield f"With “{RULES[code].name}”, {_of(count, cases.judged())} would have waited that did not."


def _thresholds(cases: Cases, present: Settings, wanted: Settings) -> Iterator[str]:
    for code, rule in RULES.items():
        limit = rule.threshold
        if limit is None or wanted.number(code) == present.number(code):
            continue
        old, new = present.number(code), wanted.number(code)
        lead = f"{rule.name}: with {_shown(new, limit.decimals)} instead of {_shown(old, limit.decimals)}, "
        values = cases.measured.get(code, [])
        more = sum(value < new for value in values)
        fewer = sum(rules == [code] and measures.get(code, -1.0) >= new for _, rules, measures in cases.held)
        count, tail = (
            (more, "would have waited that did not") if new > old else (fewer, "would not have waited")
        )
        measured = len(values) + sum(code in measures for _, _, measures in cases.held)
        yield f"{lead}{_of(count, cases.judged(code))} {tail}. Measured: {measured}."


def _spot_checks(cases: Cases, present: Settings, wanted: Settings) -> Iterator[str]:
    names = ("spot_share", "spot_most")
    if all(present.number(name) == wanted.number(name) for name in names):
        return
    passed = sum(cases.let_through.values())
    then = min(round(passed * wanted.number("spot_share")), int(wanted.number("spot_most")) * PERIOD.days)
    yield f"About {then} of the {passed} that were let through last week would have been looked at afterwards."


def _trust(present: Settings, wanted: Settings) -> Iterator[str]:
    before, after = terms_of(present), terms_of(wanted)
    if before == after:
        return
    subjects = list(TrustSubject.objects.all()[:MOST_SUBJECTS])
    now_and_then = [
        (_rights(old), _rights(new))
        for old, new in zip(histories(subjects, before).values(), histories(subjects, after).values(), strict=True)
    ]  # fmt: skip
    lost = sum(bool(old - new) for old, new in now_and_then)
    gained = sum(bool(new - old) for old, new in now_and_then)
    words = f"{lost} would lose a right and {gained} would gain one, the next time a verdict is given."
    yield f"Of {len(subjects)} sources and submitters with verdicts, {words}"


def _rights(points: Mapping[FieldGroup, list[Any]]) -> set[FieldGroup]:
    return {group for group, found in points.items() if found and found[-1].has_right}


def _of(count: int, judged: int) -> str:
    return f"{count} of last week's {judged}"


def _shown(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".removeprefix("0") if decimals else f"{value:.0f}"
