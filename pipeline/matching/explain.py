"""The evidence for a verdict as text, for moderators and for the `reasons` column.

For example "same ticket link; titles 0.92 alike; 40 m apart".
"""

from collections.abc import Iterator

import numpy as np

from pipeline.matching.features import column, compare, metres_apart, minutes_apart, zone_shifted
from pipeline.matching.rooms import one_room, prices_apart
from pipeline.matching.score import shared_links
from pipeline.matching.table import UNKNOWN, Floats, Ints, Table

#: Named fields of the evidence, for `DuplicateMatch.match_fields`.
Fields = dict[str, float | str | bool]


def explain(table: Table, left: Ints, right: Ints) -> list[tuple[str, Fields]]:
    """For each pair the text, and the same evidence by name: `title`, `minutes`, `days`, `metres`, `venue`, …"""
    if not len(left):
        return []
    x = compare(table, left, right)
    minutes, metres = minutes_apart(table, left, right), metres_apart(table, left, right)
    shifted = zone_shifted(table, left, right, minutes)
    link, front = shared_links(table, left, right)
    dear, room = prices_apart(table, left, right), one_room(table, left, right)
    out = []
    for k in range(len(left)):
        i, j = left[k : k + 1], right[k : k + 1]
        fields = _fields(table, x[k : k + 1], i, j)
        fields |= _measured(float(minutes[k]), float(metres[k]))
        fields |= {
            name: True
            for name, holds in (
                ("link", link[k]),
                ("site", front[k]),
                ("prices_apart", dear[k]),
                ("one_room", room[k]),
            )
            if holds
        }
        if shifted[k] and minutes[k] > 0:
            fields["zone_shift"] = True
        out.append(("; ".join(_words(fields)), fields))
    return out


def _measured(minutes: float, metres: float) -> Fields:
    fields: Fields = {}
    if minutes == minutes:
        fields["minutes"] = minutes
    if metres == metres:
        fields["metres"] = round(metres)
    return fields


def _fields(table: Table, x: Floats, i: Ints, j: Ints) -> Fields:
    """The features of one pair by name, without unknown ones."""
    a, b = int(i[0]), int(j[0])
    day, midnight = table.column["day"], table.column["midnight"]
    fields: Fields = {
        "title": round(
            float(max(column(x, "title_ratio")[0], column(x, "core_sorted")[0], column(x, "bare_ratio")[0])),
            2,
        )
    }
    if column(x, "core_set")[0] > 0.99 and fields["title"] != 1.0:
        fields["title_contained"] = True
    if column(x, "acronym")[0] > 0:
        fields["short_name"] = True
    if column(x, "numbers_differ")[0] == 1.0:
        fields["numbers_differ"] = True
    if day[a] != UNKNOWN and day[b] != UNKNOWN:
        fields["days"] = int(abs(day[a] - day[b]))
    if midnight[a] != midnight[b] and UNKNOWN not in (table.column["wall"][a], table.column["wall"][b]):
        fields["midnight"] = True
    for name, feature in (("venue", "venue_ratio"), ("city", "city_ratio"), ("place", "place_shared")):
        value = float(column(x, feature)[0])
        if not np.isnan(value):
            fields[name] = round(value, 2)
    for name, known in (("organizer", "organizer"), ("text", "text")):
        if table.column[known][a] and table.column[known][a] == table.column[known][b]:
            fields[name] = True
    return fields


def _words(fields: Fields) -> Iterator[str]:
    if "link" in fields:
        yield "same link"
    elif "site" in fields:
        yield "same site"
    yield "same title" if fields["title"] == 1.0 else f"titles {fields['title']:.2f} alike"
    if "title_contained" in fields:
        yield "one title within the other"
    if "short_name" in fields and float(fields["title"]) < 0.9:
        yield "same short name"
    if "numbers_differ" in fields:
        yield "numbers differ"
    yield from _time_words(fields)
    yield from _place_words(fields)
    if "one_room" in fields:
        yield "one room seldom holds two events at once"
    if "organizer" in fields:
        yield "same organizer"
    if "text" in fields:
        yield "same description"
    if "prices_apart" in fields:
        yield "prices differ"


def _time_words(fields: Fields) -> Iterator[str]:
    days, minutes = fields.get("days"), fields.get("minutes")
    if days is None:
        return
    if fields.get("midnight") and days == 0:
        yield "same day, one without a time"
    elif minutes is None:
        yield "same day" if days == 0 else f"starts {days} day{'s' if days != 1 else ''} apart"
    elif minutes == 0:
        yield "same start"
    elif fields.get("zone_shift"):
        yield f"starts {_span(float(minutes))} apart, as a zone is from UTC"
    else:
        yield f"starts {_span(float(minutes))} apart"


def _span(minutes: float) -> str:
    """`45 min`, `4 h`, `4 h 30 min`, `2 days`."""
    if minutes < 60:
        return f"{minutes:.0f} min"
    hours, rest = divmod(int(minutes), 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _place_words(fields: Fields) -> Iterator[str]:
    metres = fields.get("metres")
    if metres is not None:
        yield f"{metres:.0f} m apart" if float(metres) < 1000 else f"{float(metres) / 1000:.1f} km apart"
    venue = fields.get("venue")
    if venue is not None:
        yield "same venue" if float(venue) >= 0.9 else f"venues {float(venue):.2f} alike"
    if metres is None and venue is None:
        if float(fields.get("city", 0)) >= 0.95:
            yield "same city"
        elif "place" in fields:
            yield f"places share {float(fields['place']):.0%} of their words"
