"""What our schema says in words alone, told to Schemathesis: values of named formats, and fields that go together.

A request that fits the schema and these rules is one that we must take.
"""

import random
import string
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

_YEARS = (2_000, 2_199)
#: Where people register here; an event alone may have more places.
_MOST_SEATS = 100_000


def formats(world: dict[str, Any]) -> dict[str, Any]:
    """Strategies by the name of a format: those of `accounts.api.texts` and `events.api.readers`, and three of JSON Schema.

    Python has neither leap seconds nor a year 0; Django takes the addresses to which mail is delivered.
    """
    known = world["known"]
    letters = st.text(string.ascii_lowercase + "éñजा日", min_size=3, max_size=20)
    days = st.dates().map(lambda day: day.isoformat())
    moments = st.datetimes(timezones=st.timezones()).filter(lambda at: 2 < at.year < 9_998)
    local = st.datetimes().filter(lambda at: _YEARS[0] <= at.year <= _YEARS[1])
    addresses = st.sampled_from(
        ["https://example.org/", "http://example.org/what?a=1", "https://www.example.co.uk/a/b.png"]
    )
    return {
        **{name: st.sampled_from(values) for name, values in known.items()},
        "words": st.sampled_from(["jazz", "raga at dusk", "मेला", "free music tonight"]) | letters,
        "cursor": st.just("none"),
        "event-time": local.map(lambda at: at.isoformat())
        | local.map(lambda at: f"{at.isoformat()}+05:30")
        | local.map(lambda at: at.date().isoformat()),
        "date": days,
        "date-time": moments.map(_rfc_3339),
        "email": st.from_regex(
            r"[a-z0-9]{1,12}(\.[a-z0-9]{1,8})?@[a-z0-9]{1,12}\.(org|example|co\.uk)", fullmatch=True
        ),
        "new-password": st.uuids().map(lambda key: f"gulls {key} harbour"),
        "mail-key": st.text(string.ascii_letters, min_size=1, max_size=40),
        "mail-token": st.text(string.ascii_letters, min_size=1, max_size=40),
        "uri": addresses,
        "uri-reference": addresses | st.just(""),
    }


def _rfc_3339(at: Any) -> str:
    """With an offset of whole minutes: some of the last century had seconds."""
    text = at.isoformat()
    return (
        text
        if len(text.rpartition("+")[2]) <= 5 and len(text.rpartition("-")[2]) <= 5
        else f"{at.replace(tzinfo=None).isoformat()}Z"
    )


def query(values: dict[str, Any], chance: random.Random, pages: list[dict[str, Any]]) -> None:
    """Make the parameters of a list, or the same in a body, go together. `pages` are questions with their cursors."""
    _both_of_a_point(values)
    for name, needed in (("radius_km", "lat"), ("page", "")):
        if name in values and needed not in values:
            values.pop(name)
    values.pop("cursor", None)
    if pages and chance.random() < 0.3:
        values.clear()
        values.update(chance.choice(pages))
        return
    for alias, name in (
        ("per_page", "limit"),
        ("price_range", "price_max"),
        ("date_from", "from_day"),
        ("date_to", "to_day"),
    ):
        if alias in values and name in values:
            values.pop(alias)
    if values.get("ordering") == "distance" and "lat" not in values:
        values["ordering"] = "start"
    if values.get("ordering") == "relevance" and not values.get("q"):
        values["ordering"] = "popularity"
    if {"start_after", "start_before"} <= values.keys():
        values.pop("start_before")
    _south_before_north(values)
    if values.get("by") in ("weekday", "hour"):
        values["window"] = "week"  # of hours there are no sums by weekday
    if "wait" in values:
        values["wait"] = 0
    for name in _NUMBERS:
        if isinstance(values.get(name), str):
            values[name] = "1"
    for name in ("tag", "status", "category"):
        if isinstance(values.get(name), list):
            values[name] = [str(one).replace(",", " ") for one in values[name]]


def no_list(values: dict[str, Any]) -> None:
    """Keep a wrong query wrong: a text in place of a list of texts is the same address as a list of one."""
    for name in ("tag", "status", "category"):
        if isinstance(values.get(name), str):
            values[name] = ",".join(["wrong"] * 40)


def _south_before_north(values: dict[str, Any]) -> None:
    box = values.get("bbox")
    parts = box.split(",") if isinstance(box, str) else box
    if isinstance(parts, list) and len(parts) == 4:
        west, south, east, north = parts
        low, high = sorted((south, north), key=float)
        values["bbox"] = (
            ",".join((west, low, east, high)) if isinstance(box, str) else [west, low, east, high]
        )


_NUMBERS = (
    "limit",
    "offset",
    "page",
    "per_page",
    "radius_km",
    "price_max",
    "guest_age",
    "least_age",
    "lat",
    "lng",
)


def _both_of_a_point(values: dict[str, Any]) -> None:
    if "location" in values and values["location"] != "":
        values.pop("lat", None)
        values.pop("lng", None)
        return
    given = [name for name in ("lat", "lng") if values.get(name) not in (None, "")]
    if len(given) == 1:
        values[{"lat": "lng", "lng": "lat"}[given[0]]] = 12.5
    elif not given:
        values.pop("lat", None)
        values.pop("lng", None)


def own_key(values: dict[str, Any]) -> None:
    """A key that no other request had, where it is a valid one."""
    key = values.get("Idempotency-Key")
    if isinstance(key, str) and len(key) <= 200 and key.isascii() and key.isprintable():
        values["Idempotency-Key"] = str(uuid.uuid4())


def headers(values: dict[str, Any], chance: random.Random) -> None:
    """For half of the requests the ETag of any state."""
    if "If-Match" in values and chance.random() < 0.5:
        values["If-Match"] = "*"


def body(operation: str, values: Any, world: dict[str, Any], chance: random.Random) -> None:
    """Make the fields of a body go together."""
    if not isinstance(values, dict):
        return
    for held in (
        values,
        *(values[name] for name in ("filters", "query", "filter") if isinstance(values.get(name), dict)),
    ):
        if operation in (
            "search_nested",
            "me_saved_search_create",
            "me_saved_search_change",
            "me_webhook_add",
            "me_webhook_change",
        ):
            query(held, chance, [])
    for name, value in values.items():
        values[name] = _visible(value)
    if "password" in values and not operation.startswith("auth_"):
        values["password"] = world["password"]
    if operation in _RULES:
        _RULES[operation](values, world, chance)


def _visible(value: Any) -> Any:
    """A text of markup or signs alone is refused: it has nothing to read."""
    if isinstance(value, list):
        return [_visible(one) for one in value]
    if isinstance(value, dict):
        return {name: _visible(one) for name, one in value.items()}
    if isinstance(value, str) and value and ("<" in value or not any(sign.isalnum() for sign in value)):
        return "words"
    return value


def _key(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    values.pop("rights", None)  # of a person without rights, who has no second factor
    if "expires_at" in values:
        values["expires_at"] = (datetime.now(UTC) + timedelta(days=30)).isoformat()


def _registration(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    values.pop("answers", None)  # the events have no questions


def _discovery(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    values["sources"] = world["sources"][: len(values.get("sources", ()))]


def _report(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    values["corrections"] = {"title": "Another title"}


def _preferences(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    _both_of_a_point(values)
    if values.get("lat") is not None or values.get("area") is not None:
        values.pop("city", None)
    if values.get("lat") is not None:
        values.pop("area", None)
        values["lat"], values["lng"] = world["point"]
        values["city"] = world["city"]
    values.pop("quiet_hours", None) if values.get("quiet_hours") == {} else None


def _validation(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    values.pop("config", None)  # each connector says what its own may hold
    if "events" in values:
        values.pop("connector", None)  # each connector says which lists it reads
    if "content" in values:
        values["connector"], values["content"] = "ical", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def _follow(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    values["kind"], values["key"] = chance.choice(world["follows"])


def _pause(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    values["key"] = world["pauses"][values["scope"]]


def _one_way_in(values: dict[str, Any]) -> None:
    """Tickets elsewhere, or registration here with its terms."""
    if values.get("registration_required"):
        values.pop("ticket_url", None)
        if (values.get("capacity") or 0) > _MOST_SEATS:
            values["capacity"] = _MOST_SEATS
        return
    for name in ("most_guests", "has_waitlist", "questions", "registration_closes"):
        values.pop(name, None)


def _times(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    if values.get("end"):
        values["end"] = values.get("start") or ""
    for name in ("start_at", "end_at"):
        if name in values:
            values.pop(name)


def _subscription(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    """To one thing that there is."""
    known = {"venue": "place_id", "organizer": "organizer_id"}
    values.pop("performer", None)
    for name in known.keys() & values.keys():
        values[name] = chance.choice(world["ids"][known[name]])
    if "search" in values:
        values["search"] = world["kept_search"]
    if not {"area", "search", *known} & values.keys():
        values["city"] = world["city"]


def _switches(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    """Of kinds that are not for staff."""
    for kind in world["kinds_of_staff"]:
        values["kinds"].pop(kind, None)


def _confirmation(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    """Three of four of a subscription that there is."""
    if chance.random() < 0.75:
        values["token"] = chance.choice(world["ids"]["subscription"])


def _change(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    _times(values, world, chance)
    _one_way_in(values)
    if "place" in values:
        values["place"] = chance.choice(world["ids"]["place_id"])
    if "place" in values or not values.get("venue") or not values.get("address"):
        values.pop("venue", None)
        values.pop("address", None)


def _draft(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    _times(values, world, chance)
    _one_way_in(values)
    values["organizer_id"] = chance.choice(world["ids"]["organizer_id"])


def _actions(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    for action in values["actions"]:
        _action(action, world)


def _action(action: dict[str, Any], world: dict[str, Any]) -> None:
    if action.get("action") == "reject" or action.get("verdict") in ("reject", "remove"):
        action["reason"] = action.get("reason") or "spam"
    if action.get("values"):
        action["values"] = {"title": "Another title"}


def _verdict(values: dict[str, Any], world: dict[str, Any], chance: random.Random) -> None:
    """Of a state of a review that there is."""
    _action(values, world)
    values["version"] = chance.choice(world["review_versions"] or [1])


_RULES = {
    "me_key_create": _key,
    "registration_create": _registration,
    "admin_discovery": _discovery,
    "report_event": _report,
    "me_preferences_change": _preferences,
    "admin_validate": _validation,
    "me_follow": _follow,
    "me_notice_settings_change": _switches,
    "admin_pipeline_pause": _pause,
    "admin_pipeline_resume": _pause,
    "submit": _times,
    "subscribe": _subscription,
    "subscription_confirm": _confirmation,
    "event_create": _draft,
    "event_change": _change,
    "admin_moderate": _actions,
    "admin_review_verdict": _verdict,
}
