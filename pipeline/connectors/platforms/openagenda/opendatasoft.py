"""OpenAgenda's events as Opendatasoft publishes them: one flat object each, with the language in the fields'
names and JSON in some of their values.

https://public.opendatasoft.com/explore/dataset/evenements-publics-openagenda/ (answers of its search API v1,
of Explore v2, and exports)
"""

from collections.abc import Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.values import at, objects, text

_TEXTS: Final = patterns.compile(r"^(title|description|longdescription|conditions|keywords)_([a-z]{2})$")
_NAMES: Final = {"longdescription": "longDescription"}
_ENDS: Final = {"firstTiming": "firstdate", "lastTiming": "lastdate"}
_JSON: Final = ("timings", "registration", "status", "attendancemode", "accessibility")
_MOST_JSON: Final = 200_000


def is_flat(item: Mapping[str, Any]) -> bool:
    """Whether an object is an event in this form."""
    return "firstdate_begin" in item and any(name.startswith("title_") for name in item)


def flat_items(value: Any) -> list[dict[str, Any]]:
    """The flat events of an answer or export; [] where there are none."""
    lists = (at(value, name) for name in ("results", "records", "data", "events"))
    listed = next((one for one in lists if isinstance(one, list)), value)
    insides = ((one, at(one, "record", "fields") or one.get("fields")) for one in objects(listed))
    found = [inner if isinstance(inner, dict) else one for one, inner in insides]
    return [one for one in found if is_flat(one)]


def as_event(item: Mapping[str, Any]) -> dict[str, Any]:
    """The event in the form that OpenAgenda's own API gives it."""
    values = {name: _opened(value) if name in _JSON else value for name, value in item.items()}
    event = {
        "uid": values.get("uid"),
        "slug": values.get("slug"),
        "canonicalUrl": values.get("canonicalurl"),
        "image": values.get("originalimage") or values.get("image"),
        "imageCredits": values.get("imagecredits"),
        "status": at(values.get("status"), "id"),
        "attendanceMode": at(values.get("attendancemode"), "id"),
        "onlineAccessLink": values.get("onlineaccesslink"),
        "registration": values.get("registration"),
        "age": {"min": values.get("age_min"), "max": values.get("age_max")},
        "originAgenda": {"title": values.get("originagenda_title"), "uid": values.get("originagenda_uid")},
        "location": _place(values),
    }
    for name, value in values.items():
        found = _TEXTS.match(name)
        if found and value:
            event.setdefault(_NAMES.get(found.group(1), found.group(1)), {})[found.group(2)] = value
    return {**event, **_times(values)}


def _opened(value: Any) -> Any:
    """The JSON in a text; the value itself where there is none."""
    if not isinstance(value, str) or value[:1] not in ("[", "{") or len(value) > _MOST_JSON:
        return value
    try:
        return parse_json(value)
    except ValueError:
        return value


def _times(values: Mapping[str, Any]) -> dict[str, Any]:
    if objects(values, "timings"):
        return {"timings": objects(values, "timings")}
    both = {
        name: {"begin": values.get(f"{short}_begin"), "end": values.get(f"{short}_end")}
        for name, short in _ENDS.items()
    }
    return {name: one for name, one in both.items() if text(one["begin"])}


def _place(values: Mapping[str, Any]) -> dict[str, Any]:
    point = values.get("location_coordinates")
    lat, lng = (
        (at(point, "lat"), at(point, "lon")) if isinstance(point, Mapping) else (at(point, 0), at(point, 1))
    )
    names = {"uid": "uid", "name": "name", "address": "address", "city": "city", "countrycode": "countryCode"}
    return {"latitude": lat, "longitude": lng} | {
        own: values.get(f"location_{theirs}") for theirs, own in names.items()
    }
