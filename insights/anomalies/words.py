"""An anomaly in a sentence, for staff. Pure."""

from datetime import datetime, timedelta
from typing import Final

from insights.anomalies.judging import Judged, Kind
from insights.figures.hiding import K

_SPANS: Final = {1: "on {day}", 2: "in two days", 7: "in a week", 14: "in two weeks"}


def sentence(kind: Kind, name: str, judged: Judged, *, until: datetime) -> str:
    """What is out of the usual of what is called `name`, in the days (of sign-ups the hour) before `until`."""
    if kind is Kind.CROWD:
        begin = until - timedelta(hours=1)
        usual = f"about {_number(judged.expected)}" if judged.expected >= K else f"fewer than {K}"
        return f"{_number(judged.found)} accounts were made between {begin:%H:%M} and {until:%H:%M} UTC on {_day(begin)}; usual are {usual}."
    last = until - timedelta(days=1)
    span = _SPANS[judged.width].format(day=_day(last))
    span += f" up to {_day(last)}" if judged.width > 1 else ""
    if kind is Kind.PRICE:
        times = judged.found / judged.expected
        change = f"{times:.1f} times" if times > 1 else f"a share of {times:.2f} of"
        return f"The median price of new events of {name} was {judged.found:,.2f} {span}: {change} the usual {judged.expected:,.2f}."
    count = "no new event" if not judged.found else f"{_number(judged.found)} new events"
    others = f", at the {judged.others:.0%} of their usual that others had" if judged.others < 0.95 else ""
    verb = "brought" if kind is Kind.FEWER else "had"
    return f"{name} {verb} {count} {span}; on such days of the eight weeks before it was about {_number(judged.expected)}{others}."


def _number(value: float) -> str:
    return f"{round(value):,}"


def _day(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B}"
