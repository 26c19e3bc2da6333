"""Recurrence rules: the examples of RFC 5545, comparison with dateutil, and limits that dateutil lacks."""

from datetime import datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dates.recurrence import Budget, BudgetError, expand
from pipeline.dates.recurrence_rules import FrequencyError, Rule, RuleError, parse_rule

START = datetime(1997, 9, 2, 9)
AFTER, BEFORE = datetime(1997, 1, 1), datetime(1999, 12, 31)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def dates(text, start=START, *, after=AFTER, before=BEFORE, until=None, budget=1_000_000):
    return list(
        expand(parse_rule(text), start, after=after, before=before, until=until, budget=Budget(budget))
    )


def measured(text, start=START):
    return [
        moment
        for moment in takewhile(lambda moment: moment <= BEFORE, rrulestr(text, dtstart=start))
        if moment >= AFTER
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;COUNT=10",
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        "FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "FREQ=DAILY;BYMONTH=1",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "FREQ=YEARLY;BYYEARDAY=-1,-366",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "FREQ=YEARLY;BYWEEKNO=1,53,-2;BYDAY=MO,SU",
        "FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "FREQ=HOURLY;INTERVAL=3;COUNT=30",
        "FREQ=HOURLY;BYHOUR=9,17;BYDAY=SA",
        "FREQ=DAILY;BYHOUR=9,10,11;BYMINUTE=0,20,40;COUNT=50",
    ],
)
def test_examples_of_the_rfc(text):
    assert dates(text) == measured(text)


number = st.integers(1, 4)
rule_texts = st.builds(
    lambda freq, interval, month, monthday, days, ordinal, setpos, count, week: ";".join(
        part
        for part in (
            f"FREQ={freq}",
            f"INTERVAL={interval}",
            f"BYMONTH={month}" if month and freq != "DAILY" else "",
            f"BYMONTHDAY={monthday}" if monthday and freq not in ("WEEKLY", "DAILY") else "",
            "BYDAY="
            + ",".join(f"{ordinal or ''}{day}" if freq in ("MONTHLY", "YEARLY") else day for day in days)
            if days and not monthday
            else "",
            f"BYSETPOS={setpos}" if setpos and days and freq == "MONTHLY" and not monthday else "",
            f"COUNT={count}" if count else "",
            f"WKST={week}",
        )
        if part
    ),
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    number,
    st.sampled_from([0, 1, 2, 6, 12]),
    st.sampled_from([0, 1, 15, 28, -1, -3]),
    st.lists(st.sampled_from(DAYS), max_size=3, unique=True),
    st.sampled_from([0, 1, 2, -1]),
    st.sampled_from([0, 1, -1]),
    st.sampled_from([0, 1, 7, 40]),
    st.sampled_from(DAYS),
)
first_dates = st.datetimes(datetime(1990, 1, 1), datetime(1998, 12, 28)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@settings(max_examples=80, deadline=None)
@given(rule_texts, first_dates)
def test_agrees_with_dateutil(text, start):
    assert dates(text, start) == measured(text, start)


@settings(max_examples=60, deadline=None)
@given(rule_texts, first_dates, st.datetimes(AFTER, BEFORE), st.integers(0, 300))
def test_a_part_of_the_window_gives_the_same_part_of_the_dates(text, start, after, days):
    before = after + timedelta(days=days)

    assert dates(text, start, after=after, before=before) == [
        moment for moment in dates(text, start, before=before) if moment >= after
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_that_never_matches_ends_with_the_window(text):
    assert dates(text) == []


def test_only_a_walk_from_the_first_date_costs_more_than_the_window():
    old = datetime(1601, 1, 1, 9)

    assert len(dates("FREQ=DAILY", old, budget=2_000)) == 1094
    assert len(dates("FREQ=DAILY;COUNT=1000000", old, budget=2_000)) == 1094
    with pytest.raises(BudgetError):
        dates("FREQ=DAILY;BYDAY=MO;COUNT=1000000", old, budget=2_000)


def test_a_free_allowance_is_for_rules_that_need_no_walk():
    rule = parse_rule("FREQ=DAILY;INTERVAL=2")
    budget = Budget(0, 1_500, 1_500)

    assert len(list(expand(rule, START, after=AFTER, before=BEFORE, until=None, budget=budget))) == 425
    assert budget.left == 0


def test_the_ends_of_time_are_safe():
    late, latest = datetime(9999, 1, 1), datetime(9999, 12, 30)

    assert len(dates("FREQ=MONTHLY", datetime(9999, 11, 5), after=late, before=latest)) == 2
    assert len(dates("FREQ=YEARLY", datetime(9998, 11, 5), after=late, before=latest)) == 1
    assert len(dates("FREQ=DAILY", datetime(9999, 12, 29), after=late, before=latest)) == 2
    assert dates(
        "FREQ=HOURLY", datetime(9999, 12, 30, 22), after=late, before=datetime(9999, 12, 31, 23, 59)
    )[-1] == datetime(9999, 12, 31, 23)
    assert dates("FREQ=WEEKLY;BYDAY=MO,SU;COUNT=2", datetime(1, 1, 1), after=datetime(1, 1, 1)) == [
        datetime(1, 1, 1),
        datetime(1, 1, 7),
    ]
    assert dates("FREQ=DAILY;COUNT=999999999;INTERVAL=9999", START)[0] == START


def test_until_is_the_last():
    assert dates("FREQ=DAILY", until=datetime(1997, 9, 3, 9)) == [START, START + timedelta(days=1)]


def test_what_cannot_be_read_is_left_out_and_what_must_be_read_is_refused():
    assert parse_rule("freq=weekly; interval=0; byday= mo ,xx,TU;COUNT=0;X-Y=1;WKST=??") == Rule(
        freq="WEEKLY", by_day=((0, 0), (1, 0))
    )
    assert parse_rule("FREQ=YEARLY;BYMONTH=13,2;BYMONTHDAY=+3,-40").by_month_day == (3,)
    for text in ("", "COUNT=3", "FREQ=DAILY;BYDAY=--1MO", "FREQ=DAILY;BYMONTH=x", "FREQ=DAILY;UNTIL=x"):
        with pytest.raises(RuleError):
            parse_rule(text)
    with pytest.raises(FrequencyError):
        parse_rule("FREQ=SECONDLY")
