"""Writes weekly opening times as an expression."""

from collections.abc import Sequence

from pipeline.hours.vocabulary import CODES

_DAY = 1440
_WEEK = 7 * _DAY


def weekly(spans: Sequence[tuple[int, int]]) -> str:
    """The expression of a week's spans, in minutes from Monday 00:00; '' for none.

    An end may be up to 24 h beyond Sunday. A span of a day or more is cut at midnight. Days with the same
    times are written together; times that reach over midnight are joined with ",", since ";" would remove the
    early hours of the next day.
    """
    if any(end - start >= _WEEK for start, end in spans):
        return "24/7"
    by_day: dict[int, list[tuple[int, int]]] = {}
    for start, end in _daily(spans):
        by_day.setdefault(start // _DAY % 7, []).append((start % _DAY, end - start // _DAY * _DAY))
    if not by_day:
        return ""
    texts = {
        day: ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in sorted(set(times)))
        for day, times in by_day.items()
    }
    if len(texts) == 7 and set(texts.values()) == {"00:00-24:00"}:
        return "24/7"
    groups: dict[str, list[int]] = {}
    for day in sorted(texts):
        groups.setdefault(texts[day], []).append(day)
    joint = ", " if any(end > _DAY for times in by_day.values() for _, end in times) else "; "
    return joint.join(f"{_days(days)} {text}" for text, days in groups.items())


def _daily(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of less than a day stay whole, longer ones are cut at each midnight."""
    out = []
    for start, end in spans:
        while end - start > _DAY or (end - start == _DAY and start % _DAY):
            midnight = (start // _DAY + 1) * _DAY
            out.append((start, midnight))
            start = midnight
        if end > start:
            out.append((start, end))
    return out


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= _DAY else minutes - _DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days(days: list[int]) -> str:
    """ "Mo-We,Fr"."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        CODES[run[0]] if len(run) == 1 else f"{CODES[run[0]]}{'-' if len(run) > 2 else ','}{CODES[run[-1]]}"
        for run in runs
    )
