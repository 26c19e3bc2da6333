"""The quality of an event and the findings of its checks, as sentences."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from moderation.desk.reasons import likeness_words
from moderation.desk.words import label
from pipeline import taxonomy

_GATES: Final[Mapping[str, str]] = {
    "completeness": "all that readers need", "format": "well-formed values", "business_logic": "values that fit together",
    "geography": "where it is", "content": "title and text",
}  # fmt: skip
_CHECKS: Final[Mapping[str, str]] = {
    "spam": "Reads like spam", "profanity": "Strong words", "copied_description": "Copied text", "malicious_link": "Dangerous link",
    "mismatched_link": "Link to another address than it says", "shortened_link": "Shortened link", "category": "Category",
}  # fmt: skip
#: So many pieces of evidence of one check are shown, each so long.
_MOST: Final = 6
_LONGEST: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class GateLine:
    """One gate: its name in words, its score of 100, and how to solve its problems."""

    name: str
    percent: int
    passed: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckLine:
    """One finding: what kind, the sentence, what shows it, and the other events that it names as (id, words)."""

    name: str
    sentence: str
    evidence: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityLines:
    """The quality as a sentence, and its gates; empty where the event has none."""

    sentence: str = ""
    gates: tuple[GateLine, ...] = ()


def quality_of(facts: Mapping[str, Any]) -> QualityLines:
    """The quality of an event's facts."""
    quality = facts.get("quality") or {}
    if not quality:
        return QualityLines()
    score, least = float(quality.get("score") or 0), float(quality.get("threshold") or 0)
    need = f"; at least {round(100 * least)} is needed" if least else ""
    grade = f", grade {quality['grade']}" if quality.get("grade") else ""
    gates = (quality.get("gates") or {}).items()
    return QualityLines(
        sentence=f"{round(100 * score)} of 100{grade}{need}",
        gates=tuple(
            GateLine(
                name=_GATES.get(name, name.replace("_", " ")),
                percent=round(100 * float(gate.get("score") or 0)),
                passed=bool(gate.get("passed", True)),
                problems=tuple(str(problem)[:_LONGEST] for problem in gate.get("problems") or ()),
            )
            for name, gate in gates
        ),
    )


def why_words(reason: str) -> str:
    """A review's reason without internal names: no `shortened_link:` before it, no `geography 0.50 is too low`."""
    check, colon, text = reason.partition(": ")
    if colon and check in _CHECKS and check != "category":
        return _sentence(text)
    gate, low, problems = reason.partition(" is too low.")
    name, _, score = gate.rpartition(" ")
    words = _GATES.get(name.replace(" ", "_"))
    if words and low and score.replace(".", "", 1).isdigit():
        return f"{_sentence(words)[:-1]}: {round(100 * float(score))} of 100 is too low.{problems}"
    return _rule_words(reason) or likeness_words(reason)


def _rule_words(reason: str) -> str:
    """`category food_drink is a guess (0.31)`, `quality 0.61 is below 0.70` in words; '' for another reason."""
    slug, guess, share = reason.removeprefix("category ").partition(" is a guess (")
    with suppress(ValueError):
        if guess and reason.startswith("category "):
            name = taxonomy.BY_SLUG[slug].name if slug in taxonomy.BY_SLUG else slug
            return f"The category {name} is a guess: {_of_100(share.rstrip(')'))} sure."
        score, below, least = reason.removeprefix("quality ").partition(" is below ")
        if below and reason.startswith("quality "):
            return f"The quality is {_of_100(score)}, and less than the {_of_100(least)} that are asked for."
    return ""


def _of_100(share: str) -> str:
    return f"{round(100 * float(share))} of 100"


def checks_of(facts: Mapping[str, Any]) -> list[CheckLine]:
    """The findings of the checks in an event's facts."""
    return [
        CheckLine(
            name=_CHECKS.get(str(flag.get("check")), label(str(flag.get("check", ""))).capitalize()),
            sentence=_sentence(str(flag.get("reason") or "")),
            evidence=tuple(_shown_by(flag.get("evidence") or {})),
            events=tuple(_events(flag.get("evidence") or {})),
        )
        for flag in facts.get("flags") or []
    ]


def _sentence(reason: str) -> str:
    return (
        f"{reason[:1].upper()}{reason[1:]}" + ("" if reason.endswith((".", "?", "!")) else ".")
        if reason
        else ""
    )


def _shown_by(evidence: Mapping[str, Any]) -> Iterator[str]:
    """What a check saw, as sentences."""
    if evidence.get("url"):
        text = str(evidence.get("text") or "")[:_LONGEST]
        yield f"The link{f' “{text}”' if text else ''} leads to {str(evidence['url'])[:_LONGEST]}"
    if evidence.get("words"):
        words = ", ".join(f"“{word}”" for word in [*evidence["words"]][:_MOST])
        yield f"In the {label(str(evidence.get('field') or 'text'))}: {words}"
    if evidence.get("probability") is not None:
        yield f"{float(evidence['probability']):.0%} sure".replace("%", " %")
    if evidence.get("topics"):
        topics = [str(topic).replace("_", " ") for topic in [*evidence["topics"]][:_MOST]]
        yield f"It speaks of {', '.join(topics)}"


def _events(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for other in [*(evidence.get("events") or ())][:_MOST]:
        by = f", by {other['organizer']}" if other.get("organizer") else ""
        yield str(other.get("event")), f"{other.get('title', '')}{by}"
