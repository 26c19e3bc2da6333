"""The recorded events of ../shared/data as records for a JSON feed, one list for each source.

The files are read as they were recorded; nothing of them is committed. Events of other years are moved by
whole weeks, so that each keeps its weekday and hour and is upcoming at START.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

#: The folder beside the project; not everyone has it.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
#: The clock at which all sources are loaded.
START = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class City:
    """A city that the shipped list lacks, as an operator would create it."""

    slug: str
    name: str
    country: str
    lat: float
    lng: float
    timezone: str
    radius_km: float = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """An area that an operator would create."""

    slug: str
    name: str
    city: str
    lat: float
    lng: float
    radius_km: float


CITIES: tuple[City, ...] = (
    City(slug="paris", name="Paris", country="FR", lat=48.8566, lng=2.3522, timezone="Europe/Paris"),
    City(slug="valence", name="Valence", country="FR", lat=44.9334, lng=4.8924, timezone="Europe/Paris", radius_km=60),
    City(slug="madrid", name="Madrid", country="ES", lat=40.4168, lng=-3.7038, timezone="Europe/Madrid"),
    City(slug="mexico-city", name="Ciudad de México", country="MX", lat=19.4326, lng=-99.1332, timezone="America/Mexico_City", radius_km=45),
    City(slug="berlin", name="Berlin", country="DE", lat=52.52, lng=13.405, timezone="Europe/Berlin"),
    City(slug="hamburg", name="Hamburg", country="DE", lat=53.5511, lng=9.9937, timezone="Europe/Berlin"),
    City(slug="munich", name="München", country="DE", lat=48.1351, lng=11.582, timezone="Europe/Berlin"),
    City(slug="aachen", name="Aachen", country="DE", lat=50.7753, lng=6.0839, timezone="Europe/Berlin"),
    City(slug="vienna", name="Wien", country="AT", lat=48.2082, lng=16.3738, timezone="Europe/Vienna"),
    City(slug="london", name="London", country="GB", lat=51.5072, lng=-0.1276, timezone="Europe/London"),
    City(slug="bristol", name="Bristol", country="GB", lat=51.4545, lng=-2.5879, timezone="Europe/London"),
    City(slug="mumbai", name="Mumbai", country="IN", lat=19.076, lng=72.8777, timezone="Asia/Kolkata", radius_km=45),
    City(slug="delhi", name="Delhi", country="IN", lat=28.6139, lng=77.209, timezone="Asia/Kolkata", radius_km=50),
    City(slug="corning", name="Corning", country="US", lat=42.1429, lng=-77.0547, timezone="America/New_York", radius_km=60),
)  # fmt: skip

AREAS: tuple[Area, ...] = (
    Area(slug="koramangala", name="Koramangala", city="bengaluru", lat=12.9352, lng=77.6245, radius_km=2.2),
    Area(slug="hsr-layout", name="HSR Layout", city="bengaluru", lat=12.9116, lng=77.6474, radius_km=2.2),
    Area(slug="whitefield", name="Whitefield", city="bengaluru", lat=12.9698, lng=77.75, radius_km=4),
    Area(slug="williamsburg", name="Williamsburg", city="new-york", lat=40.7135, lng=-73.9570, radius_km=1.8),
    Area(slug="bushwick", name="Bushwick", city="new-york", lat=40.6995, lng=-73.9190, radius_km=1.8),
    Area(slug="harlem", name="Harlem", city="new-york", lat=40.8116, lng=-73.9465, radius_km=1.9),
    Area(slug="greenwich-village", name="Greenwich Village", city="new-york", lat=40.7336, lng=-74.0027, radius_km=1.0),
    Area(slug="upper-west-side", name="Upper West Side", city="new-york", lat=40.7870, lng=-73.9754, radius_km=1.5),
    Area(slug="park-slope", name="Park Slope", city="new-york", lat=40.6710, lng=-73.9814, radius_km=1.3),
)  # fmt: skip


def sources() -> Iterator[tuple[str, str, list[Record]]]:
    """(slug of the source, slug of its city or '', its records), in a fixed order."""
    for slug, city, read in _SOURCES:
        yield slug, city, read()


def new_york() -> list[Record]:
    """Concerts, parks, libraries, markets and theatres, without descriptions. Times are local."""
    return [
        {
            "id": row["id"], "title": row["title"], "start": row["start"], "end": row["end"], "venue": row["venue"],
            "address": f"{row['borough'] or 'New York'}, NY", "city": "New York", "lat": row["lat"], "lng": row["lon"],
            "category": row["category"], "price_min": row["price_min"], "price_max": row["price_max"], "currency": "USD",
        }
        for row in _table("dedup/nyc_multisource/records.csv")
    ]  # fmt: skip


def bengaluru() -> list[Record]:
    """Luma's list of one city, with long descriptions."""
    rows = []
    for item in _json("api/luma/SamEarth79__Goto/backend/data/luma_events.json"):
        place, ticket = item.get("location") or {}, item.get("ticket_info") or {}
        rows.append(
            {
                "id": item["api_id"], "title": item["name"], "description": item.get("description") or "",
                "start": _moved(item["start_at"], 3), "end": _moved(item.get("end_at") or "", 3),
                "venue": place.get("venue_name") or "",
                "address": place.get("address") or ", ".join(filter(None, [place.get("sublocality"), place.get("city")])),
                "city": "Bengaluru", "lat": place.get("latitude"), "lng": place.get("longitude"), "is_free": bool(ticket.get("is_free")),
                "price": _cents(ticket.get("price")), "categories": [one["name"] for one in item.get("categories") or ()],
                "organizer": (item.get("calendar") or {}).get("name") or "", "url": item["url"],
            }
        )  # fmt: skip
    return rows


def corning() -> list[Record]:
    """Venues and a tourist calendar of a valley in the state of New York, with descriptions."""
    rows = []
    for item in _lines("dedup/corning_multisource/raw_events.jsonl"):
        event = item["event"]
        rows.append(
            {
                "id": f"{item['source']}:{item['uid']}", "title": event["title"], "description": event.get("description") or "",
                "start": event["start"], "end": event.get("end") or "", "venue": event.get("venue_name") or "",
                "address": event.get("address") or "", "lat": event.get("lat"), "lng": event.get("lon"), "price": event.get("cost") or "",
                "categories": event.get("categories") or [], "url": event.get("original_url") or "", "timezone": "America/New_York",
            }
        )  # fmt: skip
    return rows


def kennesaw() -> list[Record]:
    """Events of a university near Atlanta."""
    rows = _labelled("ksu")
    return [
        {
            "id": row["id"], "title": row["title"], "description": row["description"], "start": _moved(_mail_date(row["start"]), 98),
            "end": _moved(_mail_date(row["end"]), 98), "venue": row["venue"], "city": "Kennesaw", "lat": 34.038, "lng": -84.5815,
            "url": row["url"], "address": "Kennesaw, GA", "timezone": "America/New_York",
        }
        for row in rows
    ]  # fmt: skip


def drome() -> list[Record]:
    """OpenAgenda of the Drôme, in French. Its times go over three years: each is moved alone, into the next half year."""
    rows = []
    for item in _json("api/openagenda/Jojo4911__puls-events/data/events_drome.json"):
        if not item.get("first_date"):
            continue
        weeks = _weeks_to_start(item["first_date"])
        description = "\n".join(filter(None, [item.get("description"), item.get("long_description")]))
        rows.append(
            {
                "id": item["uid"], "title": item["title"], "description": description, "start": _moved(item["first_date"], weeks),
                "end": "", "venue": item.get("location_name") or "", "address": item.get("location_address") or "",
                "city": item.get("location_city") or "", "country": "FR", "lat": item.get("latitude"), "lng": item.get("longitude"),
                "tags": item.get("keywords") or "", "url": item.get("url") or "", "timezone": "Europe/Paris",
            }
        )  # fmt: skip
    return rows


def madrid() -> list[Record]:
    """The city's own agenda, in Spanish. Times are local."""
    rows = []
    for row in _table(
        "large/fe-alvarez19__datosmadrid/206974-0-agenda-eventos-culturales-100.csv",
        delimiter=";",
        encoding="latin-1",
    ):
        day, hour = row["FECHA"][:10], row["HORA"] or ""
        start = f"{day}T{hour}:00" if re.fullmatch(r"\d\d:\d\d", hour) else day
        free = row["GRATUITO"] == "1"
        kind = row["TIPO"].split("/")[-1]
        rows.append(
            {
                "id": row[" ID-EVENTO"].strip(), "title": row["TITULO"], "description": row["DESCRIPCION"],
                "start": _moved(start, _weeks_to_start(f"{day}T12:00:00+00:00", keep=187)), "venue": row["NOMBRE-INSTALACION"],
                "address": f"{row['CLASE-VIAL-INSTALACION']} {row['NOMBRE-VIA-INSTALACION']} {row['NUM-INSTALACION']}, {row['DISTRITO-INSTALACION']}",
                "city": "Madrid", "country": "ES", "lat": row["LATITUD"], "lng": row["LONGITUD"], "price": "" if free else row["PRECIO"],
                "is_free": free, "categories": [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)], "url": row["CONTENT-URL"],
                "tags": [row["DISTRITO-INSTALACION"].title()], "timezone": "Europe/Madrid",
            }
        )  # fmt: skip
    return rows


def mexico_city() -> list[Record]:
    """Ticketmaster's list of Mexico City, in Spanish; an item has several dates."""
    rows = []
    for item in _json("api/ticketmaster/gabrielacamposl__Ibento/ticketmaster_events_max.json"):
        place, point = item.get("location") or ",Ciudad de México,", item["coordinates"] or {}
        rows.extend(
            {
                "id": f"{item['title']} {when}", "title": item["title"], "description": item.get("description") or "", "start": _moved(when, 56),
                "venue": item.get("place") or "", "address": item.get("location") or "", "city": place.split(",")[-2].strip(), "country": "MX",
                "lat": point.get("lat"), "lng": point.get("lng"), "categories": item.get("classification") or [],
                "url": item.get("url") or "", "timezone": "America/Mexico_City",
            }
            for when in item["dates"]
        )  # fmt: skip
    return rows


#: The cities of the worldwide list, by its spelling.
_MEETUP = {
    "NewYork": "New York", "SanFrancisco": "San Francisco", "Chicago": "Chicago", "Austin": "Austin", "Boston": "Boston", "Seattle": "Seattle",
    "Atlanta": "Atlanta", "Denver": "Denver", "Portland": "Portland", "Nashville": "Nashville", "LosAngeles": "Los Angeles", "Miami": "Miami",
    "SanAntonio": "San Antonio", "Minneapolis": "Minneapolis", "Philadelphia": "Philadelphia", "Houston": "Houston", "Dallas": "Dallas",
    "Milwaukee": "Milwaukee", "Berlin": "Berlin", "Hamburg": "Hamburg", "Munich": "München", "Vienna": "Wien", "Paris": "Paris",
    "Madrid": "Madrid", "London": "London", "NewDelhi": "Delhi", "MexicoCity": "Ciudad de México",
}  # fmt: skip


def meetings() -> list[Record]:
    """Meetup's popular events of many cities: titles, groups and hours only."""
    return [
        {
            "id": re.sub(r"\?.*", "", item["link"]), "title": item["title"], "organizer": item["group_name"], "start": _moved(item["date"], 90),
            "city": _MEETUP[item["city"]], "lat": item["latitude"], "lng": item["longitude"], "url": re.sub(r"\?.*", "", item["link"]),
        }
        for item in _json("api/meetup/benbasic00769__com-World-Events-Finder/meetup_events.json")
        if item["city"] in _MEETUP
    ]  # fmt: skip


#: Whole words that tell where an event of the mixed list is; its own field is wrong.
_MIXED = {
    "San Francisco": r"San Francisco|\bSF\b|Oakland|Bay Area|Transamerica",
    "New York": r"New York|\bNYC\b|Brooklyn|Queens|Manhattan",
}


def mixed() -> list[Record]:
    """Eventbrite, Luma, Dice and Meetup of New York and San Francisco, with descriptions. Their field `city` is wrong."""
    rows = []
    for item in _json("api/multi/quazfenton__inYacitY/fronto/public/all_events.json")["events"]:
        told = f"{item['title']} {item['location']} {item['description']}"
        city = next((name for name, words in _MIXED.items() if re.search(words, told)), "")
        clock = re.fullmatch(r"(\d+):(\d\d) ?([AP])M", item["time"])
        if not city or not clock:
            continue
        hour = int(clock[1]) % 12 + 12 * (clock[3] == "P")
        day = item["date"].replace("2027-02", "2026-02")
        rows.append(
            {
                "id": item["link"], "title": re.sub(r"^View ", "", item["title"]), "description": item["description"], "city": city,
                "start": _moved(f"{day}T{hour:02}:{clock[2]}:00", 22), "url": item["link"],
                "venue": "" if "TBA" in item["location"] else item["location"],
                "timezone": "America/New_York" if city == "New York" else "America/Los_Angeles",
            }
        )  # fmt: skip
    return rows


def mumbai() -> list[Record]:
    """A hand-kept list of one city."""
    return [
        {
            "id": f"{item['_month']}-{item['id']}", "title": item["name"], "description": item["description"], "start": _moved(item["startDate"], 4),
            "end": _moved(item["endDate"], 4), "venue": item["venue"].split(",")[0], "address": item["venue"], "city": "Mumbai", "price": item["cost"],
            "category": item["category"], "tags": item["tags"], "lat": item.get("lat"), "lng": item.get("lng"), "url": item["link"], "timezone": "Asia/Kolkata",
        }
        for item in _json("api/multi/sagarjethi__mumbai-events/events.json")
    ]  # fmt: skip


def bristol() -> list[Record]:
    """Improvised theatre of one city."""
    return [
        {
            "id": f"{item['url']} {item['date']}", "title": item["title"], "description": item.get("description") or "",
            "start": _moved(f"{item['date']}T{item['time'][:5]}:00", 20), "venue": item["venue"], "city": "Bristol", "country": "GB",
            "url": item["url"], "tags": [item["type"], "improv"], "timezone": "Europe/London",
        }
        for item in _json("api/multi/Kaluuja__bristol-improv-calendar/events.json")["events"]
        if re.match(r"\d\d:\d\d", item["time"])
    ]  # fmt: skip


def castle() -> list[Record]:
    """A castle's and its neighbours' programme, in German."""
    text = (DATA / "ics/Maijaestro__burgkalender/events.ics").read_text(encoding="utf-8")
    rows = []
    for block in re.sub(r"\r?\n[ \t]", "", text).split("BEGIN:VEVENT")[1:]:
        told = dict(re.findall(r"^([A-Z]+)(?:;[^:\n]*)?:(.*?)\r?$", block, re.MULTILINE))
        if not re.fullmatch(r"\d{8}T\d{6}Z", told["DTSTART"]):
            continue
        when = datetime.strptime(told["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        place = told.get("LOCATION", "").replace("\\,", ",")
        rows.append(
            {
                "id": told["UID"], "title": told["SUMMARY"].replace("\\,", ","), "start": _moved(when.isoformat(), _weeks_to_start(when.isoformat())),
                "venue": place.split(",")[0], "address": place, "city": "Aachen", "country": "DE", "url": told.get("URL", ""),
                "timezone": "Europe/Berlin",
            }
        )  # fmt: skip
    return rows


def _moved(when: str, weeks: int) -> str:
    """A time of ISO 8601 (with or without an offset, or a day alone), `weeks` later in the same notation."""
    if not when:
        return ""
    if len(when) == 10:
        return (datetime.fromisoformat(when) + timedelta(weeks=weeks)).date().isoformat()
    return (datetime.fromisoformat(when) + timedelta(weeks=weeks)).isoformat()


def _weeks_to_start(when: str, keep: int = 0) -> int:
    """The weeks to move a time by: `keep` where that suffices, else as few half years as bring it behind START."""
    weeks = keep
    while datetime.fromisoformat(when) + timedelta(weeks=weeks) < START + timedelta(days=1):
        weeks += 26
    return weeks


def _mail_date(when: str) -> str:
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(when).isoformat() if when else ""


def _cents(price: Any) -> str:
    return (
        f"{price['cents'] / 100:g} {price['currency']}"
        if isinstance(price, dict) and price.get("cents")
        else ""
    )


def _json(path: str) -> Any:
    return json.loads((DATA / path).read_bytes())


def _lines(path: str) -> Iterator[Any]:
    return map(json.loads, (DATA / path).read_text(encoding="utf-8").splitlines())


def _table(path: str, *, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    with (DATA / path).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@cache
def _labels() -> Sequence[dict[str, str]]:
    import gzip

    with gzip.open(DATA / "labels/labelled_events_dev.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _labelled(source: str) -> list[dict[str, str]]:
    return [row for row in _labels() if row["source"] == source]


_SOURCES: tuple[tuple[str, str, Callable[[], list[Record]]], ...] = (
    ("new-york", "new-york", new_york),
    ("bengaluru", "bengaluru", bengaluru),
    ("corning", "corning", corning),
    ("kennesaw", "atlanta", kennesaw),
    ("drome", "valence", drome),
    ("madrid", "madrid", madrid),
    ("mexico-city", "mexico-city", mexico_city),
    ("meetings", "", meetings),
    ("mixed", "", mixed),
    ("mumbai", "mumbai", mumbai),
    ("bristol", "bristol", bristol),
    ("castle", "aachen", castle),
)
