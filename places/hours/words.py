"""The words of opening hours: OpenStreetMap's own, and English as people write it."""

from typing import Final

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MORE_DAYS: Final = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip

#: Names of weekdays, Monday 0.
WEEKDAYS: Final = {form: n for n, name in enumerate(_DAYS) for form in (name, name[:3], name[:2], name + "s")} | _MORE_DAYS
#: Names of months, January 1.
MONTHS: Final = {form: n for n, name in enumerate(_MONTHS, 1) for form in (name, name[:3])} | {"sept": 9}
MODIFIERS: Final = {"open": "open", "closed": "closed", "off": "closed", "unknown": "unknown"}
#: Words for a dash, and for an end that nobody knows.
TO: Final = ("to", "till", "til", "until")
OPEN_ENDS: Final = ("late",)
#: The two letters of OpenStreetMap, Monday first.
CODES: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
