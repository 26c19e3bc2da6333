"""Parses tokens into rules: selectors of days, spans of time, and the state."""

from datetime import date, timedelta
from typing import Final

from pipeline.hours.days import Days, Edge, Holidays, all_of, any_of, between, nth_of, public_holiday
from pipeline.hours.grammar import Rule, Span, Token, TokenReader, Unsupported, tokens
from pipeline.hours.time_spans import ended, read_spans

_DATE_KINDS: Final = ("year", "month", "weekday")
_DATE_WORDS: Final = ("week", "easter", "ph", "weekend", "weekends", "daily")
#: Years in which Easter falls on each of its possible days.
_SOME_YEARS: Final = range(1900, 2100)
#: A larger offset from a weekday of the month is a mistake, since another such weekday is nearer.
_FURTHEST: Final = 6


def parse(expression: str) -> tuple[Rule, ...]:
    """The rules of an expression, in order. Raises Unsupported."""
    reader = TokenReader(tokens(expression))
    rules: list[Rule] = []
    joint = ";"
    while not reader.done:
        if reader.take(";"):
            joint = ";"
            continue
        rules.append(_rule(reader, joint))
        joint = next((sign for sign in (";", "||", ",") if reader.take(sign)), "")
        if not joint and not reader.done:
            raise Unsupported(f"not understood: {reader.rest()}")
        joint = joint or ";"
    if not rules:
        raise Unsupported("empty")
    return tuple(rules)


def _rule(reader: TokenReader, joint: str) -> Rule:
    tests: list[Days] = []
    spans: list[Span] = []
    state = comment = ""
    holidays = always = False
    while True:
        token = reader.peek()
        if _begins_date(reader):
            if always:
                raise Unsupported("24/7 with days")
            test, asked = _dates(reader)
            holidays = holidays or asked
            if test is not None:
                tests.append(test)
        elif token.kind in ("time", "number"):
            spans += read_spans(reader)
        elif token.kind == "always":
            reader.next()
            always = True
        elif token.kind == "modifier" and not state:
            state = reader.next().text
        elif token.kind == "comment" and not comment:
            comment = reader.next().text
        elif (token == Token("sign", ":") and (tests or always)) or (
            token == Token("sign", ",") and reader.peek(1).kind == "end"
        ):
            reader.next()
        else:
            break
    if not (tests or spans or always or state or comment or holidays):
        raise Unsupported(f"not understood: {reader.rest() or 'the end'}")
    if always and spans:
        raise Unsupported("24/7 with times")
    state = state or ("unknown" if comment else "open")
    return Rule(joint, all_of(tests) if tests else None, tuple(ended(spans)), state, holidays)


def _begins_date(reader: TokenReader) -> bool:
    token = reader.peek()
    return token.kind in _DATE_KINDS or (token.kind == "word" and token.text in _DATE_WORDS)


# --- days ---


def _dates(reader: TokenReader) -> tuple[Days | None, bool]:
    """One selector of days (a list counts as one), and whether it uses public holidays; None for every day."""
    token = reader.peek()
    if token.kind == "weekday" or (
        token.kind == "word" and token.text in ("ph", "weekend", "weekends", "daily")
    ):
        return _weekdays(reader)
    if token.text == "week" and token.kind == "word":
        return _weeks(reader), False
    if token.kind == "year" and not _is_edge(reader):
        return _years(reader), False
    return _monthdays(reader), False


def _weekdays(reader: TokenReader) -> tuple[Days | None, bool]:
    tests: list[Days] = []
    asked = False
    while True:
        token = reader.next()
        if token.text == "ph":
            asked = True
            tests.append(public_holiday)
        elif token.text in ("weekend", "weekends"):
            tests.append(_weekday_range(5, 6))
        elif token.text == "daily":
            tests.append(lambda day, _: True)
        elif token.kind == "weekday":
            tests.append(_one_weekday(reader, int(token.text)))
        else:
            raise Unsupported(f"weekday expected, not {token.text[:30]}")
        following = reader.peek(1)
        if reader.peek() != Token("sign", ",") or not (
            following.kind == "weekday" or following.text in ("ph", "weekend", "weekends", "daily")
        ):
            break
        reader.next()
    if reader.peek() in (Token("sign", "+"), Token("sign", "-")):
        raise Unsupported("days counted from a weekday")
    return any_of(tests), asked


def _one_weekday(reader: TokenReader, first: int) -> Days:
    if reader.take("-"):
        return _weekday_range(first, int(reader.expect("weekday")))
    if not reader.take("["):
        return _weekday_range(first, first)
    wanted: set[int] = set()
    while True:
        sign = -1 if reader.take("-") else 1
        number = int(reader.expect("number"))
        last = int(reader.expect("number")) if sign > 0 and reader.take("-") else number
        wanted |= {sign * n for n in range(number, last + 1)}
        if not reader.take(","):
            break
    if not reader.take("]") or not wanted or not all(1 <= abs(n) <= 5 for n in wanted):
        raise Unsupported("which weekday of the month")
    offset = _offset(reader)
    if abs(offset) > _FURTHEST:
        raise Unsupported("a week or more counted from a weekday")
    return _nth_days(first, frozenset(wanted), timedelta(days=offset))


def _nth_days(weekday: int, wanted: frozenset[int], offset: timedelta) -> Days:
    """`Sa[1,-1] +2 days`: the days `offset` days after these weekdays of a month."""

    def test(day: date, _: Holidays) -> bool:
        counted = day - offset
        return counted.weekday() == weekday and not wanted.isdisjoint(nth_of(counted))

    return test


def _weekday_range(first: int, last: int) -> Days:
    length = (last - first) % 7
    return lambda day, _: (day.weekday() - first) % 7 <= length


def _weeks(reader: TokenReader) -> Days:
    """ISO weeks: `week 01-53/2`."""
    tests: list[Days] = []
    while True:
        if reader.peek() == Token("word", "week"):
            reader.next()
        first = int(reader.expect("number"))
        last = int(reader.expect("number")) if reader.take("-") else first
        step = int(reader.expect("number")) if reader.take("/") else 1
        if not 1 <= first <= last <= 53 or step < 1:
            raise Unsupported("weeks")
        tests.append(_week_range(first, last, step))
        following = reader.peek(1)
        if reader.peek() != Token("sign", ",") or not (
            following.kind == "number" or following == Token("word", "week")
        ):
            break
        reader.next()
    return any_of(tests)


def _week_range(first: int, last: int, step: int) -> Days:
    return lambda day, _: (
        first <= day.isocalendar().week <= last and (day.isocalendar().week - first) % step == 0
    )


def _years(reader: TokenReader) -> Days:
    """`2024`, `2024-2026`, `2024-2030/2`, `2024/4`, `2024+`."""
    tests: list[Days] = []
    while True:
        first = int(reader.expect("year"))
        last, step = first, 1
        if reader.take("+"):
            last = 9999
        elif reader.take("-"):
            last = int(reader.expect("year"))
        if reader.take("/"):
            step = int(reader.expect("number"))
            last = last if last > first else 9999
        if last < first or step < 1:
            raise Unsupported("years")
        tests.append(_year_range(first, last, step))
        if reader.peek() != Token("sign", ",") or reader.peek(1).kind != "year":
            break
        reader.next()
    return any_of(tests)


def _year_range(first: int, last: int, step: int) -> Days:
    return lambda day, _: first <= day.year <= last and (day.year - first) % step == 0


def _is_edge(reader: TokenReader) -> bool:
    """Whether a year begins a date."""
    following = reader.peek(1)
    return following.kind == "month" or following == Token("word", "easter")


def _monthdays(reader: TokenReader) -> Days:
    tests: list[Days] = []
    while True:
        start = _edge(reader)
        tests.append(_from(reader, start))
        while start.day is not None and _more_days(reader):  # "Dec 24,26"
            reader.next()
            start = Edge(start.year, start.month, int(reader.expect("number")))
            tests.append(_from(reader, start))
        following = reader.peek(1)
        listed = (
            following.kind == "month"
            or following == Token("word", "easter")
            or (following.kind == "year" and _edge_after(reader))
        )
        if reader.peek() != Token("sign", ",") or not listed:
            break
        reader.next()
    return any_of(tests)


def _edge_after(reader: TokenReader) -> bool:
    return reader.peek(2).kind == "month" or reader.peek(2) == Token("word", "easter")


def _more_days(reader: TokenReader) -> bool:
    """Whether a comma and a bare day of the month follow.

    It is an hour if a dash and another one, or a plus, follow.
    """
    comma, day, behind = reader.peek(), reader.peek(1), reader.peek(2)
    return (
        comma == Token("sign", ",") and day.kind == "number" and int(day.text) <= 31 and behind.kind != "time"
    )


def _from(reader: TokenReader, start: Edge) -> Days:
    """From an edge to the next, if a dash follows; else that month or day alone."""
    if reader.peek() != Token("sign", "-"):
        return between(start, start)
    following = reader.peek(1)
    if following.kind == "number" and start.day is not None:
        reader.next()
        last, step = int(reader.expect("number")), 1
        if reader.take("/"):
            step = int(reader.expect("number"))
        if not start.day <= last <= 31 or step < 1:
            raise Unsupported("days of a month")
        return any_of(
            [
                between(edge, edge)
                for edge in (Edge(start.year, start.month, day) for day in range(start.day, last + 1, step))
            ]
        )
    reader.next()
    end = _edge(reader)
    if not end.month:
        raise Unsupported("a span that ends at Easter: readers differ on whether its last day counts")
    if not start.month and len({_in_order(start, end, year) for year in _SOME_YEARS}) > 1:
        raise Unsupported("a span from Easter to a day that Easter may come after")
    if start.year is not None and end.year is None:
        end = Edge(start.year, end.month, end.day, end.weekday, end.nth, end.offset)
    if end.year is not None and start.year is None:
        raise Unsupported("a year at the end only")
    return between(start, end)


def _in_order(start: Edge, end: Edge, year: int) -> bool:
    first, last = start.on(year), end.on(year, last=True)
    return first is not None and last is not None and first <= last


def _edge(reader: TokenReader) -> Edge:
    year = int(reader.next().text) if reader.peek().kind == "year" else None
    if reader.peek() == Token("word", "easter"):
        reader.next()
        return Edge(year, 0, offset=_offset(reader))
    month = int(reader.expect("month"))
    token = reader.peek()
    if token.kind == "number" and _is_day(reader):
        day = int(reader.next().text)
        if not 1 <= day <= 31 or not _exists(month, day):
            raise Unsupported("a day that no month has")
        return Edge(year, month, day, offset=_offset(reader))
    if token.kind == "weekday" and reader.peek(1) == Token("sign", "["):
        return _nth_edge(reader, year, month)
    return Edge(year, month)


def _is_day(reader: TokenReader) -> bool:
    """Whether the number behind a month is a day of it, not the hour of "Nov-Feb 00-24"."""
    return reader.peek().text != "00"


def _nth_edge(reader: TokenReader, year: int | None, month: int) -> Edge:
    weekday = int(reader.next().text)
    reader.take("[")
    sign = -1 if reader.take("-") else 1
    nth = sign * int(reader.expect("number"))
    if not reader.take("]") or not 1 <= abs(nth) <= 5:
        raise Unsupported("which weekday of the month")
    return Edge(year, month, weekday=weekday, nth=nth, offset=_offset(reader))


def _exists(month: int, day: int) -> bool:
    try:
        date(2024, month, day)
    except ValueError:
        return False
    return True


def _offset(reader: TokenReader) -> int:
    """ "-2 days", "+1 day"; 0 without one."""
    sign, number, unit = reader.peek(), reader.peek(1), reader.peek(2)
    if (
        sign.text not in ("+", "-")
        or sign.kind != "sign"
        or number.kind != "number"
        or unit.text not in ("day", "days")
    ):
        return 0
    for _ in range(3):
        reader.next()
    return int(number.text) if sign.text == "+" else -int(number.text)
