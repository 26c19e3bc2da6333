"""The moderation rules, pure: which event is clean, and which change of a published event needs a moderator.

The rules judge certainty, not the quality of the event itself. Each rule gives a sentence for the moderator.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from events.enums import Happening
from events.records import Case, Judgement
from pipeline import patterns
from pipeline.contract.fields import TEXT_COLUMNS, URGENT_COLUMNS
from pipeline.text.markup import without_tags

_WORD = patterns.compile(r"\w{3,}")
_LINK = patterns.compile(r"""href=["']?(https?://[^"'\s>]+)""", patterns.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """The limits of what counts as clean.

    Below the similarity `retitled` (0 to 100) a title is a different one; below the share `rewritten` of kept
    words (percent) a text is. `quality` is used where the event's quality does not name a threshold.
    """

    quality: float = 0.7
    category: float = 0.35
    retitled: float = 55.0
    rewritten: float = 30.0  # at least so many of a hundred words are kept


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceTrust:
    """How far the source is trusted.

    Clean events of a `trusted` source are published, events of a `blocked` source never. With `always_review`
    every event needs a review, even of a trusted source. `untold` is what its kind of source cannot tell; the lack
    of it is no doubt.
    """

    name: str
    trusted: bool = False
    blocked: bool = False
    always_review: bool = False
    untold: frozenset[str] = frozenset()


#: Columns whose change by a trusted source is applied at once: a reader at a closed door is worse than a
#: wrong cancellation.
URGENT = URGENT_COLUMNS
#: Columns of which a doubtful text is kept beside the approved one, and the pictures.
TEXT = (*TEXT_COLUMNS, "images")


def judge_case(case: Case, source_trust: SourceTrust, thresholds: Thresholds) -> Judgement:
    """The judgement on one event.

    A new event is published if its source is trusted and nothing is doubtful. A change is applied unless it
    looks like another event.
    """
    judgement = _judge_case(case, source_trust, thresholds)
    believed = source_trust.trusted and not source_trust.blocked and not source_trust.always_review
    return judgement if believed else replace(judgement, counts=False)


def _judge_case(case: Case, source_trust: SourceTrust, thresholds: Thresholds) -> Judgement:
    is_published = not case.is_new and case.publication == "approved"
    forgiven = _poor_before(case, thresholds) if is_published else frozenset()
    doubts = list(_doubts(case, thresholds, forgiven=forgiven | source_trust.untold))
    if case.is_new:
        if source_trust.blocked:
            return Judgement(publish=False, reasons=(f"{source_trust.name} is blocked",))
        reasons = (
            doubts
            if source_trust.trusted
            else [*doubts, f"{source_trust.name} is not trusted to publish without a review"]
        )
        if source_trust.always_review:
            reasons = [*reasons, _always(source_trust)]
        return Judgement(publish=not reasons, reasons=tuple(reasons))
    if not is_published:
        return Judgement(apply=True, reasons=tuple(doubts))
    return _judge_change(case, source_trust, doubts, thresholds)


def _judge_change(
    case: Case, source_trust: SourceTrust, doubts: list[str], thresholds: Thresholds
) -> Judgement:
    reasons = [*_defacing(case, thresholds), *(doubts if _text_changed(case) else [])]
    if source_trust.blocked:
        return Judgement(apply=False, reasons=(f"{source_trust.name} is blocked",))
    read_by_model = _read_by_model(case)
    if case.changes and (source_trust.always_review or read_by_model >= case.changes.keys()):
        why = _always(source_trust) if source_trust.always_review else _MODEL
        return Judgement(apply=False, reasons=tuple(dict.fromkeys((*reasons, why))))
    if not source_trust.trusted and set(case.changes) & (URGENT | set(TEXT)):
        reasons.append(f"{source_trust.name} is not trusted to change what is published")
        return Judgement(apply=False, reasons=tuple(reasons))
    if read_by_model and _MODEL not in reasons:
        reasons.append(_MODEL)
    if not reasons:
        return Judgement(apply=True)
    if set(reasons) & {_ANOTHER}:
        return Judgement(apply=False, reasons=tuple(reasons))
    if set(reasons) == {_MODEL}:
        return Judgement(apply=True, withheld=tuple(sorted(read_by_model)), reasons=(_MODEL,))
    return Judgement(
        apply=True, withheld=tuple(dict.fromkeys((*TEXT, *sorted(read_by_model)))), reasons=tuple(reasons)
    )


def _always(source_trust: SourceTrust) -> str:
    return f"every event of {source_trust.name} needs a review: its kind of source is often wrong"


def _methods(case: Case) -> Mapping[str, str]:
    """How each changed column was read: by the method of its own listing, or of the only listing."""
    reported = str((case.facts.get("extraction") or {}).get("method", ""))
    return case.methods or dict.fromkeys(case.changes or ("",), reported)


def _read_by_model(case: Case) -> set[str]:
    """The changed columns that a language model read.

    They always need a moderator, however trusted the source is.
    """
    return {column for column, method in _methods(case).items() if method == "ai"}


_MODEL = "read by a language model"
_ANOTHER = "title and time both changed: this may be another event"


def _poor_before(case: Case, thresholds: Thresholds) -> frozenset[str]:
    """The gates that a published event failed before this change.

    A moderator accepted them, so they are no new doubt.
    """
    before, _ = case.changes.get("quality", (case.facts.get("quality"), None))
    return frozenset(_poor(before or {}, thresholds))


def _poor(quality: Mapping[str, Any], thresholds: Thresholds) -> dict[str, str]:
    """The parts of a quality (docs/interfaces.md) below their thresholds, each with sentences how to fix it.

    The overall score is "quality"; the gates follow.
    """
    found = {}
    score, least = quality.get("score", 0.0), quality.get("threshold", thresholds.quality)
    if score < least:
        found["quality"] = f"quality {score:.2f} is below {least:.2f}"
    for name, gate in (quality.get("gates") or {}).items():
        if not gate.get("passed", True):
            found[name] = (
                f"{name.replace('_', ' ')} {gate.get('score', 0.0):.2f} is too low. {' '.join(gate.get('problems', []))}".strip()
            )
    return found


def _doubts(case: Case, thresholds: Thresholds, *, forgiven: frozenset[str]) -> Iterator[str]:
    """Why the event, with its present facts, needs a review.

    `forgiven` are quality gates that are not checked, and facts whose lack is no doubt.
    """
    facts = case.facts
    for flag in facts.get("flags") or []:
        if flag["check"] not in forgiven:
            yield f"{flag['check']}: {flag['reason']}"
    yield from (
        words for name, words in _poor(facts.get("quality") or {}, thresholds).items() if name not in forgiven
    )
    methods = set(_methods(case).values())
    if "text" in methods:
        yield "read from prose"
    if "ai" in methods:
        yield _MODEL
    confidence = (facts.get("confidence") or {}).get("category")
    if confidence is not None and confidence < thresholds.category and "category" not in forgiven:
        yield f"category {facts.get('category')} is a guess ({confidence:.2f})"
    if not (facts.get("located") or {}).get("city") and facts.get("online") == "no":
        yield "no known city"
    for like in case.similar:
        yield f"may be the same as another event: {like.reasons}"


def _defacing(case: Case, thresholds: Thresholds) -> Iterator[str]:
    """The signs that a hijacked feed is defacing a published event."""
    before, after = _texts(case, "title")
    retitled = before and fuzz.token_set_ratio(before, after) < thresholds.retitled
    if retitled:
        yield f"the title changed: “{before[:80]}” → “{after[:80]}”"
    if retitled and "start_at" in case.changes:
        yield _ANOTHER
    before, after = _texts(case, "description")
    if len(before) > 80 and _kept_share(before, after) < thresholds.rewritten:
        yield "the description changed almost completely"
    new_hosts = _hosts(_LINK.findall(after)) - _hosts(_LINK.findall(before)) - _own_hosts(case)
    if new_hosts:
        yield f"the description links to {', '.join(sorted(new_hosts)[:3])}, which it did not before"
    for column in ("url", "ticket_url", "online_url"):
        old, new = _texts(case, column)
        if old and new and _hosts([old]) != _hosts([new]):
            yield f"{column} moved from {urlsplit(old).hostname} to {urlsplit(new).hostname}"
    if "happening" in case.changes and case.changes["happening"][0] == Happening.CANCELLED:
        yield "a cancelled event takes place again"


def _texts(case: Case, column: str) -> tuple[str, str]:
    before, after = case.changes.get(column, ("", ""))
    return str(before or ""), str(after or "")


def _kept_share(before: str, after: str) -> float:
    """How many percent of the distinct words of `before` are in `after`."""
    old, new = (set(_WORD.findall(without_tags(text[:8000]).casefold())) for text in (before, after))
    return 100.0 * len(old & new) / len(old) if old else 100.0


def _hosts(urls: Iterable[str]) -> set[str]:
    """Host names of `urls` without www.; an address that cannot be parsed has none."""
    found = set()
    for url in urls:
        try:
            found.add((urlsplit(url).hostname or "").removeprefix("www."))
        except ValueError:
            continue
    return found - {""}


def _own_hosts(case: Case) -> set[str]:
    return _hosts([str(case.facts.get("url") or ""), str(case.facts.get("ticket_url") or "")])


def _text_changed(case: Case) -> bool:
    return bool(set(case.changes) & set(TEXT))
