"""Judges one event: which rules hold it back, and what may be published or applied nevertheless."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from events.enums import Happening
from events.records import Case, Judgement
from moderation.enums import FieldGroup
from moderation.field_groups import ALL, group_of, in_words, said
from moderation.rules.table import RULES, Policy
from pipeline import patterns
from pipeline.contract.fields import BACKGROUND, TEXT_COLUMNS, URGENT_COLUMNS
from pipeline.text.markup import without_tags
from pipeline.text.shortening import shortened

_WORD = patterns.compile(r"\w{3,}")
_LINK = patterns.compile(r"""href=["']?(https?://[^"'\s>]+)""", patterns.IGNORECASE)
#: A description of at most so many characters is no loss where it is rewritten.
_SHORT = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceTrust:
    """How far the source is trusted.

    Clean events of a `trusted` source are published, events of a `blocked` source never. `groups` are the groups of
    fields in which it, or who submitted the event, has earned trust by verdicts. With `always_review` every event
    needs a review, even of a trusted source. `untold` is what its kind of source cannot tell; the lack of it is no
    doubt.
    """

    name: str
    trusted: bool = False
    blocked: bool = False
    always_review: bool = False
    untold: frozenset[str] = frozenset()
    groups: frozenset[FieldGroup] = frozenset()

    @property
    def trusted_with(self) -> frozenset[FieldGroup]:
        """The groups of fields that are published and changed without a look."""
        if self.blocked:
            return frozenset()
        return ALL if self.trusted else self.groups


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks against an event or a change, and its sentence for the moderator."""

    rule: str
    words: str


#: Columns whose change by a trusted source is applied at once: a reader at a closed door is worse than a
#: wrong cancellation.
URGENT = URGENT_COLUMNS
#: Columns of which a doubtful text is kept beside the approved one, and the pictures.
TEXT = (*TEXT_COLUMNS, "images")


def judge_case(case: Case, source_trust: SourceTrust, policy: Policy) -> Judgement:
    """The judgement on one event.

    A new event is published if its source is trusted with all that it says and nothing is doubtful. A change is
    applied unless it looks like another event; fields that the source is not trusted with are withheld. Rules that
    are switched off hold nothing back; the judgement names them (`silent`), with what was measured, for dry runs.
    """
    is_published = not case.is_new and case.publication == "approved"
    forgiven = _poor_before(case, policy) if is_published else frozenset()
    doubts = list(_doubts(case, policy, forgiven=forgiven | source_trust.untold))
    if case.is_new:
        found = doubts if source_trust.blocked else [*doubts, *_distrust(case, source_trust)]
    elif is_published:  # doubts that no text's change brought were there when it was published
        found = [*_defacing(case, policy), *(doubts if _text_changed(case) else ())]
    else:
        found = doubts
    held = [one for one in found if policy.is_on(one.rule)]
    if case.is_new:
        judgement = _new(held, source_trust)
    elif is_published:
        judgement = _judge_change(case, source_trust, held)
    else:
        judgement = _with(Judgement(), held)
    silent = tuple(dict.fromkeys(one.rule for one in found if not policy.is_on(one.rule)))
    believed = source_trust.trusted_with == ALL and not source_trust.always_review
    return replace(
        judgement, counts=believed and judgement.counts, silent=silent, measures=_measures(case, source_trust)
    )


def _with(judgement: Judgement, findings: Iterable[Finding]) -> Judgement:
    """The judgement with the sentences and the names of the rules that speak against."""
    found = list(findings)
    return replace(
        judgement,
        reasons=tuple(dict.fromkeys(one.words for one in found)),
        rules=tuple(dict.fromkeys(one.rule for one in found)),
    )


def _new(found: list[Finding], source_trust: SourceTrust) -> Judgement:
    if source_trust.blocked:
        return _with(Judgement(publish=False), [_blocked(source_trust)])
    return _with(Judgement(publish=False), found) if found else Judgement(publish=True, rules=("clean",))


def _distrust(case: Case, source_trust: SourceTrust) -> Iterator[Finding]:
    """Why the source may not publish a new event by itself."""
    lacking = said(case.facts) - source_trust.trusted_with
    if lacking and not source_trust.trusted_with:
        yield Finding("untrusted", f"{source_trust.name} is not trusted to publish without a review")
    elif lacking:
        yield Finding("untrusted", f"{source_trust.name} is not trusted with {in_words(lacking)}")
    if source_trust.always_review:
        yield _always(source_trust)


def _judge_change(case: Case, source_trust: SourceTrust, found: list[Finding]) -> Judgement:
    """The judgement on a change of a published event, of which `found` is all that speaks against it."""
    reasons = list(found)
    if source_trust.blocked:
        return _with(Judgement(apply=False), [_blocked(source_trust)])
    read_by_model = _read_by_model(case)
    if case.changes and (source_trust.always_review or read_by_model >= case.changes.keys()):
        why = _always(source_trust) if source_trust.always_review else _MODEL
        return _with(Judgement(apply=False), [*reasons, why])
    closed = _closed(case, source_trust)
    if closed and not source_trust.trusted_with:
        words = f"{source_trust.name} is not trusted to change what is published"
        return _with(Judgement(apply=False), [*reasons, Finding("untrusted_change", words)])
    if read_by_model and _MODEL not in reasons:
        reasons.append(_MODEL)
    if any(one.rule == "another" for one in reasons):
        return _with(Judgement(apply=False), reasons)
    withheld = [*(TEXT if any(one != _MODEL for one in reasons) else ()), *sorted(read_by_model), *closed]
    if closed:
        words = f"{source_trust.name} is not trusted with {in_words({group_of(name) for name in closed})}"
        reasons.append(Finding("untrusted_change", words))
    if not reasons:
        return Judgement(apply=True, rules=("harmless",) if case.changes.keys() - BACKGROUND else ())
    return _with(Judgement(apply=True, withheld=tuple(dict.fromkeys(withheld))), reasons)


def _closed(case: Case, source_trust: SourceTrust) -> list[str]:
    """The changed columns that the source is not trusted with.

    One without any trust is asked about its texts and what is urgent; its other changes are applied.
    """
    trusted = source_trust.trusted_with
    if not trusted:
        return sorted(set(case.changes) & (URGENT | set(TEXT)))
    return sorted(name for name in case.changes if name not in BACKGROUND and group_of(name) not in trusted)


def _measures(case: Case, source_trust: SourceTrust) -> dict[str, float]:
    """What the thresholds are compared with, by the name of the rule."""
    found: dict[str, float] = {}
    confidence = (case.facts.get("confidence") or {}).get("category")
    if case.is_new and confidence is not None and "category" not in source_trust.untold:
        found["category"] = round(confidence, 3)
    before, after = _texts(case, "title")
    if before:
        found["retitled"] = round(fuzz.token_set_ratio(before, after), 1)
    before, after = _texts(case, "description")
    if len(before) > _SHORT:
        found["rewritten"] = round(_kept_share(before, after), 1)
    return found


def _blocked(source_trust: SourceTrust) -> Finding:
    return Finding("blocked", f"{source_trust.name} is blocked")


def _always(source_trust: SourceTrust) -> Finding:
    return Finding(
        "always", f"every event of {source_trust.name} needs a review: its kind of source is often wrong"
    )


def _methods(case: Case) -> Mapping[str, str]:
    """How each changed column was read: by the method of its own listing, or of the only listing."""
    reported = str((case.facts.get("extraction") or {}).get("method", ""))
    return case.methods or dict.fromkeys(case.changes or ("",), reported)


def _read_by_model(case: Case) -> set[str]:
    """The changed columns that a language model read.

    They always need a moderator, however trusted the source is.
    """
    return {column for column, method in _methods(case).items() if method == "ai"}


_MODEL = Finding("ai", "read by a language model")
_ANOTHER = Finding("another", "title and time both changed: this may be another event")


def _poor_before(case: Case, policy: Policy) -> frozenset[str]:
    """The gates that a published event failed before this change.

    A moderator accepted them, so they are no new doubt.
    """
    before, _ = case.changes.get("quality", (case.facts.get("quality"), None))
    return frozenset(_poor(before or {}, policy))


def _poor(quality: Mapping[str, Any], policy: Policy) -> dict[str, Finding]:
    """The parts of a quality (docs/interfaces.md) below their thresholds, each with sentences how to fix it.

    The overall score is "quality"; the gates follow.
    """
    found = {}
    score, least = quality.get("score", 0.0), quality.get("threshold", policy.quality)
    if score < least:
        found["quality"] = Finding("quality", f"quality {score:.2f} is below {least:.2f}")
    for name, gate in (quality.get("gates") or {}).items():
        if not gate.get("passed", True):
            words = f"{name.replace('_', ' ')} {gate.get('score', 0.0):.2f} is too low. {' '.join(gate.get('problems', []))}"
            found[name] = Finding("gate", words.strip())
    return found


def _doubts(case: Case, policy: Policy, *, forgiven: frozenset[str]) -> Iterator[Finding]:
    """Why the event, with its present facts, needs a review.

    `forgiven` are quality gates that are not checked, and facts whose lack is no doubt.
    """
    facts = case.facts
    for flag in facts.get("flags") or []:
        if flag["check"] not in forgiven:
            yield Finding(_rule_of(flag["check"]), f"{flag['check']}: {flag['reason']}")
    yield from (
        finding for name, finding in _poor(facts.get("quality") or {}, policy).items() if name not in forgiven
    )
    methods = set(_methods(case).values())
    if "text" in methods:
        yield Finding("prose", "read from prose")
    if "ai" in methods:
        yield _MODEL
    confidence = (facts.get("confidence") or {}).get("category")
    if confidence is not None and confidence < policy.threshold("category") and "category" not in forgiven:
        yield Finding("category", f"category {facts.get('category')} is a guess ({confidence:.2f})")
    if not (facts.get("located") or {}).get("city") and facts.get("online") == "no":
        yield Finding("no_city", "no known city")
    for like in case.similar:
        yield Finding("duplicate", f"may be the same as another event: {like.reasons}")


def _rule_of(check: str) -> str:
    """The rule of a flag; a step's own finding that has no rule is one of contradicting facts."""
    return "category_doubt" if check == "category" else check if check in RULES else "check"


def _defacing(case: Case, policy: Policy) -> Iterator[Finding]:
    """The signs that a hijacked feed is defacing a published event."""
    before, after = _texts(case, "title")
    retitled = before and fuzz.token_set_ratio(before, after) < policy.threshold("retitled")
    if retitled:
        yield Finding("retitled", f"the title changed: “{shortened(before, 80)}” → “{shortened(after, 80)}”")
    if retitled and "start_at" in case.changes:
        yield _ANOTHER
    before, after = _texts(case, "description")
    if len(before) > _SHORT and _kept_share(before, after) < policy.threshold("rewritten"):
        yield Finding("rewritten", "the description changed almost completely")
    new_hosts = _hosts(_LINK.findall(after)) - _hosts(_LINK.findall(before)) - _own_hosts(case)
    if new_hosts:
        words = f"the description links to {', '.join(sorted(new_hosts)[:3])}, which it did not before"
        yield Finding("new_link", words)
    for column in ("url", "ticket_url", "online_url"):
        old, new = _texts(case, column)
        if old and new and _hosts([old]) != _hosts([new]):
            words = f"{column} moved from {urlsplit(old).hostname} to {urlsplit(new).hostname}"
            yield Finding("moved_link", words)
    if "happening" in case.changes and case.changes["happening"][0] == Happening.CANCELLED:
        yield Finding("resumed", "a cancelled event takes place again")


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
