"""Parses recurrence rules (RFC 5545, 3.3.10) with tolerance. `expand` expands them."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from pipeline import patterns
from pipeline.dates.ical_values import When, parse_when

Freq = Literal["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
_FREQS: Final[dict[str, Freq]] = {freq: freq for freq in get_args(Freq)}
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_RULE: Final = 2_000
_BY_DAY: Final = patterns.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", patterns.ASCII)
_MAX_TIMES_A_DAY: Final = 24
_MAX_INTERVAL: Final = 10_000


class RuleError(ValueError):
    """The text is no usable recurrence rule."""


class FrequencyError(ValueError):
    """The rule repeats every minute or second, or more than 24 times a day, and not just 24 times or fewer in all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A parsed rule.

    `by_day` pairs a weekday (0 is Monday) with its ordinal (0: every); `until` is as written: date, naive or
    aware.
    """

    freq: Freq
    interval: int = 1
    count: int | None = None
    until: When | None = None
    by_month: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_hour: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_second: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0


def parse_rule(text: str) -> Rule:
    """Parse `FREQ=…;…`.

    Raises `RuleError` and `FrequencyError`. Unknown parts are ignored. A COUNT below 1 is ignored (Confluence
    writes -1).
    """
    if len(text) > MAX_RULE:
        raise RuleError("recurrence rule too long")
    parts = dict(_part(piece) for piece in text.upper().split(";") if "=" in piece)
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQS:
        raise RuleError("recurrence rule without a frequency")
    if parts.get("RSCALE", "GREGORIAN") not in ("GREGORIAN", "GREGORY"):
        raise RuleError("recurrence rule of another calendar")
    rule = Rule(
        freq=_FREQS[frequency],
        interval=min(_positive(parts.get("INTERVAL", "")) or 1, _MAX_INTERVAL),
        count=_positive(parts.get("COUNT", "")),
        until=_until(parts.get("UNTIL", "")),
        by_month=_numbers(parts, "BYMONTH", 1, 12, negative=False),
        by_week_no=_numbers(parts, "BYWEEKNO", 1, 53),
        by_year_day=_numbers(parts, "BYYEARDAY", 1, 366),
        by_month_day=_numbers(parts, "BYMONTHDAY", 1, 31),
        by_day=_by_day(parts.get("BYDAY", "")),
        by_hour=_numbers(parts, "BYHOUR", 0, 23, negative=False),
        by_minute=_numbers(parts, "BYMINUTE", 0, 59, negative=False),
        by_second=_numbers(parts, "BYSECOND", 0, 59, negative=False),
        by_set_pos=_numbers(parts, "BYSETPOS", 1, 366),
        week_start=_WEEKDAYS.index(parts["WKST"]) if parts.get("WKST") in _WEEKDAYS else 0,
    )
    _refuse_frequent(rule)
    return rule


def _part(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return name.strip(), value.strip()


def _positive(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0 else None


def _until(text: str) -> When | None:
    if not text:
        return None
    try:
        return parse_when(text)
    except ValueError as error:
        raise RuleError("recurrence rule with an unreadable end") from error


def _numbers(
    parts: dict[str, str], name: str, low: int, high: int, *, negative: bool = True
) -> tuple[int, ...]:
    """Sorted distinct numbers of a list, without those out of range. A list without any is an error."""
    text = parts.get(name, "")
    found = set()
    for piece in text.split(","):
        digits = piece.strip().lstrip("+")
        bare = digits[1:] if negative and digits.startswith("-") else digits
        if bare.isascii() and bare.isdigit() and len(bare) < 4 and low <= int(bare) <= high:
            found.add(int(digits))
    if text and not found:
        raise RuleError(f"recurrence rule with an unreadable {name}")
    return tuple(sorted(found))


def _by_day(text: str) -> tuple[tuple[int, int], ...]:
    matches = (_BY_DAY.fullmatch(piece.strip()) for piece in text.split(","))
    found = {(_WEEKDAYS.index(match.group(2)), int(match.group(1) or 0)) for match in matches if match}
    if text and not found:
        raise RuleError("recurrence rule with an unreadable BYDAY")
    return tuple(sorted(found))


def _refuse_frequent(rule: Rule) -> None:
    if rule.count and rule.count <= _MAX_TIMES_A_DAY:
        return
    a_time = max(len(rule.by_minute), 1) * max(len(rule.by_second), 1)
    a_day = a_time * (24 if rule.freq == "HOURLY" else max(len(rule.by_hour), 1))
    if rule.freq in ("MINUTELY", "SECONDLY") or a_day > _MAX_TIMES_A_DAY:
        raise FrequencyError("recurrence too frequent")
