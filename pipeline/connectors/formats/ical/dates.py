"""The recurrence set of one master (RFC 5545, 3.8.5): DTSTART, RRULE and RDATE without EXRULE and EXDATE, in
its own wall-clock time."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final

from pipeline.connectors.formats.ical.entries import Entry
from pipeline.connectors.formats.ical.entry_times import Clock, Moment
from pipeline.connectors.formats.ical.zones import FLOATING
from pipeline.contract.exceptions import DropRecord
from pipeline.dates.ical_values import Length, compact
from pipeline.dates.moments import day_of
from pipeline.dates.recurrence import Budget, BudgetError, expand
from pipeline.dates.recurrence_rules import FrequencyError, Rule, RuleError, parse_rule

SERIES_BUDGET: Final = 400_000
_FREE_STEPS: Final = 1_500

#: A start in wall-clock time (midnight when all-day), and its own length where an RDATE gives one.
Start = tuple[datetime, Length | None]


class DateSet:
    """Asks a series for its dates, as often as needed and only for the span that is needed. `notes` tell of
    rules that are not followed."""

    def __init__(self, master: Entry, clock: Clock, budget: Budget) -> None:
        self.start = master.times.start
        self.notes: list[str] = []
        #: Why dates of the series are left out, '' where none is.
        self.refused = ""
        self._clock = clock
        self._budget = budget
        self._rules = self._parsed(master.rules)
        self._rules_out = self._parsed(master.rules_out)
        self._dates = {self.moment(self._wall(moment)).naive: length for moment, length in master.dates}
        self._days_out: frozenset[date] = frozenset(
            day_of(moment.wall) for moment in master.dates_out if not moment.timed
        )
        timed = [moment for moment in master.dates_out if moment.timed]
        self._keys_out = frozenset(self.key(self._wall(moment)) for moment in timed)

    def moment(self, wall: datetime) -> Moment:
        """`wall` as a start of this series: a date when it is all-day."""
        return Moment(wall if self.start.timed else wall.date(), self.start.zone)

    def key(self, wall: datetime) -> str:
        """The original start at `wall` as stable text."""
        return compact(self.moment(wall).when)

    def place(self, moment: Moment) -> datetime:
        """Where a RECURRENCE-ID, however it is written, lies in the wall-clock time of this series."""
        return self._wall(moment)

    def excludes(self, wall: datetime) -> bool:
        """EXDATE: a date takes out whatever starts on it, a time exactly that moment."""
        return wall.date() in self._days_out or (bool(self._keys_out) and self.key(wall) in self._keys_out)

    def between(self, first: datetime, last: datetime) -> list[Start]:
        """The starts from `first` to `last` (wall-clock, both included), in order. Raises `DropRecord` for a
        rule that takes too long."""
        ruled, without = self._by_all_rules(first, last)
        found: dict[datetime, Length | None] = dict.fromkeys(ruled)
        if not self._over_before_it_began():
            found.setdefault(self.start.naive, None)
        found.update(self._dates)
        kept = [
            (wall, length)
            for wall, length in found.items()
            if first <= wall <= last and wall not in without and not self.excludes(wall)
        ]
        return sorted(kept, key=lambda start: start[0])

    def has(self, wall: datetime) -> bool:
        """Whether `wall` is one of the starts: as `between` of it alone, without a look at all other
        dates."""
        ruled, without = self._by_all_rules(wall, wall)
        begins = wall == self.start.naive and not self._over_before_it_began()
        return (
            (bool(ruled) or begins or wall in self._dates) and wall not in without and not self.excludes(wall)
        )

    def _by_all_rules(self, first: datetime, last: datetime) -> tuple[list[datetime], frozenset[datetime]]:
        """What RRULE adds and what EXRULE takes out. Raises `DropRecord` for a rule that takes too long."""
        try:
            with self._budget.part(SERIES_BUDGET, free=_FREE_STEPS) as budget:
                ruled = list(self._by_rules(self._rules, first, last, budget))
                return ruled, frozenset(self._by_rules(self._rules_out, first, last, budget))
        except BudgetError as error:
            raise DropRecord("recurrence too long to expand") from error

    def _wall(self, moment: Moment) -> datetime:
        aligned = self._clock.align(moment, self.start)
        return aligned if isinstance(aligned, datetime) else datetime.combine(aligned, time())

    def _parsed(self, texts: Sequence[str]) -> list[Rule]:
        rules = []
        for text in texts:
            try:
                rules.append(parse_rule(text))
            except (FrequencyError, RuleError) as error:
                self.refused = str(error) if isinstance(error, FrequencyError) else self.refused
                self.notes.append(f"{error}, not followed: {text[:80]}")
        return rules

    def _by_rules(
        self, rules: Sequence[Rule], first: datetime, last: datetime, budget: Budget
    ) -> Iterator[datetime]:
        for rule in rules:
            yield from expand(
                rule, self.start.naive, after=first, before=last, until=self._until(rule), budget=budget
            )

    def _until(self, rule: Rule) -> datetime | None:
        """UNTIL in the wall-clock time of the event, whatever kind of value it was written as. A date
        includes its whole day."""
        if rule.until is None:
            return None
        if not isinstance(rule.until, datetime):
            return datetime.combine(rule.until, time(23, 59, 59))
        wall = rule.until
        if wall.tzinfo is not None:
            zone = (
                self._clock.fallback
                if not self.start.timed or self.start.zone == FLOATING
                else self.start.zone
            )
            wall = zone.wall(wall)
        return wall if self.start.timed else datetime.combine(wall.date(), time())

    def _over_before_it_began(self) -> bool:
        """An UNTIL before DTSTART is how Confluence deletes a series."""
        ends = [self._until(rule) for rule in self._rules]
        return bool(ends) and all(end is not None and end < self.start.naive for end in ends)
