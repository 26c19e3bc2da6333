"""Visitor reports on a place, weighed by how far they agree.

Pure. For each question only the newest report of each person counts. A new report counts 1, an old one just
more than a half, so that one person alone never outvotes two others who agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_noop

from places.enums import Answer, Crowd, Openness, StatusSource
from places.evidence import Evidence

#: How long a visitor's report is valid.
HOLDS: Final = {
    Answer.OPENNESS: timedelta(hours=2),
    Answer.CROWD: timedelta(minutes=45),
    Answer.WAITING: timedelta(minutes=30),
    Answer.SPECIAL: timedelta(hours=3),
}
#: How long a report of the venue itself is valid, and its confidence.
OWNER_HOLDS: Final = {
    Answer.OPENNESS: timedelta(hours=4),
    Answer.CROWD: timedelta(hours=1),
    Answer.WAITING: timedelta(hours=1),
    Answer.SPECIAL: timedelta(hours=6),
}
OWNER_CONFIDENCE: Final = 0.9
#: The limit of the confidence, however many visitors agree.
MOST_SURE: Final = 0.9
#: The special states that visitors may choose. Free words would appear unchecked on a public page.
SPECIALS: Final = (
    gettext_noop("Live music"),
    gettext_noop("DJ"),
    gettext_noop("Happy hour"),
    gettext_noop("Match on screen"),
    gettext_noop("Quiz night"),
    gettext_noop("Open mic"),
    gettext_noop("Kitchen closed"),
    gettext_noop("Private event"),
    gettext_noop("Last orders"),
    gettext_noop("Sold out"),
)
LEVELS: Final = (Crowd.EMPTY, Crowd.QUIET, Crowd.MODERATE, Crowd.BUSY, Crowd.PACKED)


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitorReport:
    """One report: its author, time, and answers.

    `person` is an account's id or "", `address` a keyed hash. Unknown, None and "" mean that the visitor did
    not answer.
    """

    person: str = ""
    address: str
    at: datetime
    openness: Openness = Openness.UNKNOWN
    crowd: Crowd = Crowd.UNKNOWN
    waiting_minutes: int | None = None
    special: str = ""

    def value(self, answer: Answer) -> str | int | None:
        """The value for `answer`; None where the visitor gave none."""
        if answer is Answer.OPENNESS:
            return None if self.openness is Openness.UNKNOWN else self.openness.value
        if answer is Answer.CROWD:
            return None if self.crowd is Crowd.UNKNOWN else self.crowd.value
        return self.waiting_minutes if answer is Answer.WAITING else self.special or None


@dataclass(frozen=True, slots=True)
class _Vote:
    weight: float
    value: str | int
    at: datetime
    voter: str


def consensus(visitor_reports: Sequence[VisitorReport], now: datetime) -> list[Evidence]:
    """The evidence that visitors agree on.

    At most one for each question, none where they contradict each other. Openness and special state are
    chosen by majority, crowd and waiting time by the weighted median. The confidence grows with the number of
    agreeing reports and with their share.
    """
    found = []
    for answer in Answer:
        votes = _votes(visitor_reports, answer, now)
        chosen, behind = (
            _majority(votes) if answer in (Answer.OPENNESS, Answer.SPECIAL) else _middle(votes, answer)
        )
        share = sum(vote.weight for vote in behind) / (sum(vote.weight for vote in votes) or 1.0)
        if chosen is None or share <= 0.5:
            continue
        newest = max(vote.at for vote in behind)
        support = sum(vote.weight for vote in behind)
        found.append(
            Evidence(
                source=StatusSource.USER,
                answer=answer,
                value=chosen,
                confidence=round(MOST_SURE * share * (1 - 0.5**support), 2),
                observed_at=newest,
                valid_until=newest + HOLDS[answer],
                basis="1 visitor" if len(behind) == 1 else f"{len(behind)} visitors",
            )
        )
    return found


def owner_evidence(visitor_report: VisitorReport) -> list[Evidence]:
    """Evidence from a report of the venue's owner, one for each question."""
    return [
        Evidence(
            source=StatusSource.BUSINESS,
            answer=answer,
            value=value,
            confidence=OWNER_CONFIDENCE,
            observed_at=visitor_report.at,
            valid_until=visitor_report.at + OWNER_HOLDS[answer],
            basis="the venue itself",
        )
        for answer in Answer
        if (value := visitor_report.value(answer)) is not None
    ]


def _votes(visitor_reports: Iterable[VisitorReport], answer: Answer, now: datetime) -> list[_Vote]:
    """The newest valid report of each person.

    An anonymous report does not count when an account reported from the same address.
    """
    fresh = [
        visitor_report
        for visitor_report in visitor_reports
        if visitor_report.value(answer) is not None
        and visitor_report.at <= now < visitor_report.at + HOLDS[answer]
    ]
    with_account = {visitor_report.address for visitor_report in fresh if visitor_report.person}
    newest: dict[str, VisitorReport] = {}
    for visitor_report in fresh:
        if not visitor_report.person and visitor_report.address in with_account:
            continue
        voter = visitor_report.person or visitor_report.address
        held = newest.get(voter)
        if held is None or (visitor_report.at, str(visitor_report.value(answer))) > (
            held.at,
            str(held.value(answer)),
        ):
            newest[voter] = visitor_report
    return [
        _Vote(
            weight=1 - 0.5 * ((now - visitor_report.at) / HOLDS[answer]),
            value=value,
            at=visitor_report.at,
            voter=voter,
        )
        for voter, visitor_report in sorted(newest.items())
        if (value := visitor_report.value(answer)) is not None
    ]


def _majority(votes: Sequence[_Vote]) -> tuple[str | int | None, list[_Vote]]:
    if not votes:
        return None, []
    totals: dict[str | int, float] = {}
    for vote in votes:
        totals[vote.value] = totals.get(vote.value, 0.0) + vote.weight
    chosen = max(totals, key=lambda value: (totals[value], str(value)))
    return chosen, [vote for vote in votes if vote.value == chosen]


def _middle(votes: Sequence[_Vote], answer: Answer) -> tuple[str | int | None, list[_Vote]]:
    """The weighted median, and the votes near it.

    Near means within one level of crowd, or within a third of the minutes and at least five.
    """
    if not votes:
        return None, []
    ordered = sorted(votes, key=lambda vote: (_number(vote.value), vote.voter))
    half, passed = sum(vote.weight for vote in ordered) / 2, 0.0
    chosen = ordered[-1].value
    for vote in ordered:
        passed += vote.weight
        if passed >= half:
            chosen = vote.value
            break
    reach = 1.0 if answer is Answer.CROWD else max(5.0, _number(chosen) / 3)
    return chosen, [vote for vote in votes if abs(_number(vote.value) - _number(chosen)) <= reach]


def _number(value: str | int) -> float:
    return float(LEVELS.index(Crowd(value))) if isinstance(value, str) else float(value)
