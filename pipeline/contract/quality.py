"""The quality gates: their weights and thresholds, the overall score, and the report over a batch.

Pure. An operator sets them in the environment (`QUALITY_…`) or in the admin, which takes precedence. A run
reads them once and passes them to the step that scores (`pipeline/refinement/steps/score.py`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from pipeline.contract.enums import GateName
from pipeline.contract.normalized import Gate, Quality

#: The least score for each grade, best first; below all of them the grade is F.
GRADES: Final = ((0.9, "A"), (0.8, "B"), (0.7, "C"), (0.6, "D"))
#: The five gates in display order. `overall` is the overall score and has only a threshold.
GATES: Final = tuple(name.value for name in GateName if name is not GateName.OVERALL)
OVERALL: Final = GateName.OVERALL.value
#: A report lists so many of the commonest problems.
_MOST_PROBLEMS: Final = 10
_OFF: Final = "off"
#: What a kind of source may be unable to tell: an event of such a source is complete without it.
UNTOLD: Final = ("description", "end", "image", "price", "organizer", "link", "category")


@dataclass(frozen=True, kw_only=True, slots=True)
class GateSetting:
    """One gate as an operator sets it.

    `weight` is relative to the other gates (0 or more), `threshold` 0 to 1.
    """

    weight: float = 0.0
    threshold: float
    enabled: bool = True


#: What applies where nothing is set.
DEFAULTS: Final[Mapping[str, GateSetting]] = MappingProxyType(
    {
        "completeness": GateSetting(weight=0.3, threshold=0.8),
        "format": GateSetting(weight=0.25, threshold=0.85),
        "business_logic": GateSetting(weight=0.15, threshold=0.7),
        "geography": GateSetting(weight=0.15, threshold=0.7),
        "content": GateSetting(weight=0.15, threshold=0.7),
        OVERALL: GateSetting(threshold=0.7),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityRules:
    """All gates and the overall score, named as in `DEFAULTS`, and what the source cannot tell (of `UNTOLD`).

    Raises ValueError where `problems_of` finds a problem.
    """

    settings: Mapping[str, GateSetting] = field(default_factory=lambda: DEFAULTS)
    untold: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if found := problems_of(self.settings):
            raise ValueError(" ".join(f"{name}: {problem}" for name, problem in found.items()))

    @property
    def gates(self) -> Mapping[str, GateSetting]:
        """The gates that are switched on, in order."""
        return {name: self.settings[name] for name in GATES if self.settings[name].enabled}

    @property
    def overall(self) -> float:
        """The required overall score; 0 where it is switched off."""
        setting = self.settings[OVERALL]
        return setting.threshold if setting.enabled else 0.0


def problems_of(settings: Mapping[str, GateSetting]) -> dict[str, str]:
    """What is wrong with the settings: by gate, a sentence on how to fix it.

    Empty where all are valid.
    """
    found = {}
    for name in (*GATES, OVERALL):
        setting = settings.get(name)
        if setting is None:
            found[name] = "Give its weight and threshold."
        elif not 0 <= setting.threshold <= 1:
            found[name] = f"Give a threshold from 0 to 1; it is {setting.threshold:g}."
        elif not 0 <= setting.weight <= 100:
            found[name] = f"Give a weight from 0 to 100; it is {setting.weight:g}."
    if not found and not any(settings[name].enabled and settings[name].weight > 0 for name in GATES):
        found[OVERALL] = "Leave at least one gate switched on, with a weight above 0."
    return found


def read_setting(name: str, text: str, default: GateSetting) -> GateSetting:
    """A gate from an environment variable: `0.3,0.8` (weight, threshold), `off`, or '' for `default`.

    The overall score has only a threshold. Raises ValueError with one clear sentence.
    """
    words = text.strip().lower()
    if not words:
        return default
    if words == _OFF:
        return GateSetting(weight=default.weight, threshold=default.threshold, enabled=False)
    wanted = (
        "a threshold from 0 to 1, such as 0.7"
        if name == OVERALL
        else "a weight and a threshold, such as 0.3,0.8"
    )
    try:
        numbers = [float(part) for part in words.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != (1 if name == OVERALL else 2):
        raise ValueError(f"give {wanted}, or off; it is {text.strip()[:40]!r}")
    return GateSetting(weight=0.0 if name == OVERALL else numbers[0], threshold=numbers[-1])


def spelled(name: str, setting: GateSetting) -> str:
    """The setting in the form that `read_setting` accepts."""
    if not setting.enabled:
        return _OFF
    return f"{setting.threshold:g}" if name == OVERALL else f"{setting.weight:g},{setting.threshold:g}"


def weigh(marks: Mapping[str, tuple[float, tuple[str, ...]]], rules: QualityRules) -> Quality:
    """The quality that results from `marks`: for each gate its score (0 to 1) and problems.

    A gate that is switched off, or has no mark, does not count.
    """
    gates = {
        name: Gate(score=marks[name][0], passed=marks[name][0] >= rule.threshold, problems=marks[name][1])
        for name, rule in rules.gates.items()
        if name in marks
    }
    weights = {name: rules.settings[name].weight for name in gates}
    whole = sum(weights.values())
    score = (
        round(sum(gate.score * weights[name] for name, gate in gates.items()) / whole, 4) if whole else 1.0
    )
    return Quality(score=score, grade=grade(score), gates=gates, threshold=rules.overall)


def grade(value: float) -> str:
    """The grade of a score, A to F."""
    return next((letter for least, letter in GRADES if value >= least), "F")


@dataclass(slots=True)
class Report:
    """The quality of a batch, in one form for runs, `inspect_source`, the source lab and `/admin/validate`."""

    events: int = 0
    passed: int = 0
    score: float = 0.0
    grades: Counter[str] = field(default_factory=Counter)
    gates: dict[str, list[float]] = field(default_factory=dict)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, quality: Quality) -> None:
        """Count one event."""
        self.events += 1
        self.score += quality.score
        self.passed += quality.passed
        self.grades[quality.grade] += 1
        for name, gate in quality.gates.items():
            sums = self.gates.setdefault(name, [0.0, 0.0, 0.0])
            sums[0] += 1
            sums[1] += gate.score
            sums[2] += gate.passed
            self.problems.update((name, problem) for problem in gate.problems)

    def to_json(self) -> dict[str, Any]:
        """`{"events", "mean", "grade", "passed", "grades": {grade: n}, "gates": {name: {"mean", "passed"}},
        "problems": [{"gate", "remedy", "count"}]}`.

        Each `mean` is a score, each `passed` a share of the events, all 0 to 1. The commonest problem comes
        first. {} without events.
        """
        if not self.events:
            return {}
        mean = round(self.score / self.events, 4)
        return {
            "events": self.events,
            "mean": mean,
            "grade": grade(mean),
            "passed": round(self.passed / self.events, 4),
            "grades": dict(sorted(self.grades.items())),
            "gates": {
                name: {"mean": round(total / count, 4), "passed": round(passed / count, 4)}
                for name, (count, total, passed) in self.gates.items()
            },
            "problems": [
                {"gate": name, "remedy": problem, "count": count}
                for (name, problem), count in sorted(
                    self.problems.items(), key=lambda item: (-item[1], item[0])
                )[:_MOST_PROBLEMS]
            ],
        }


def report_on(qualities: Iterable[Quality]) -> dict[str, Any]:
    """The report over `qualities` (`Report.to_json`)."""
    report = Report()
    for quality in qualities:
        report.add(quality)
    return report.to_json()
