"""Where events are: their points on the maps of cities, the map of one event or venue, and its place in words."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from events.charts import from_centre
from events.charts.city_map import MARGIN, SIZE, Drawn, Surroundings, city_map
from events.charts.spots import Cluster, Spot, box_around, frame_of, spot_key
from events.charts.streets import ABOUT, EXACT, street_map
from events.models import Event
from places.geocoding import credit_of
from places.models import Area, City, Place

#: A venue farther from the centre of its city (degrees) is shown without it.
_FAR = 0.5


def spots_of(events: Iterable[Event]) -> list[Spot]:
    """The places of these events, which were read already, with how many of them each has."""
    held: dict[str, list[Event]] = {}
    for event in events:
        if key := spot_key(event.lat, event.lng, event.place_id):
            held.setdefault(key, []).append(event)
    return [
        Spot(
            key=key,
            name=own[0].place_words,
            lat=own[0].lat or 0,
            lng=own[0].lng or 0,
            count=len(own),
            category=str(own[0].category_id) if len({event.category_id for event in own}) == 1 else "",
        )
        for key, own in held.items()
    ]


def event_map(event: Event) -> SafeString | str:
    """The map of the event in its city, or of its streets, with who gave the position; '' without a point.

    Its city, area and place should be loaded already.
    """
    lat, lng = event.shown_point
    if lat is None or lng is None:
        return ""
    name = event.place_words if event.lat is not None else gettext("About here")
    drawn = _point_map(
        Spot(key="", name=name, lat=lat, lng=lng, count=1, category=str(event.category_id)),
        event.city,
        event.area,
        is_exact=event.lat is not None,
    )
    place = event.place
    credit = credit_of(place.provided) if place and (place.lat, place.lng) == (event.lat, event.lng) else ""
    said = gettext("Position: %(credit)s") % {"credit": credit} if credit else ""
    return format_html('{}<p class="quiet">{}</p>', drawn, said) if credit else drawn


def venue_map(place: Place) -> SafeString | str:
    """The map of a venue in its city, or of its streets; '' without a point. City and area should be loaded already."""
    if place.lat is None or place.lng is None:
        return ""
    spot = Spot(key="", name=place.name, lat=place.lat, lng=place.lng, count=1)
    return _point_map(spot, place.city, place.area)


def _point_map(spot: Spot, city: City | None, area: Area | None, *, is_exact: bool = True) -> SafeString:
    if settings.MAP_TILES_URL:
        label = gettext("Street map around %(name)s") % {"name": spot.name}
        zoom = EXACT if is_exact else ABOUT
        streets = street_map(spot.lat, spot.lng, server=settings.MAP_TILES_URL, label=label, zoom=zoom)
        return format_html(
            '{}<p class="quiet">{}</p>',
            mark_safe(streets),  # noqa: S308 (label and addresses are escaped there)
            settings.MAP_TILES_CREDIT,
        )
    centre = city if city and max(abs(city.lat - spot.lat), abs(city.lng - spot.lng)) < _FAR else None
    around = Surroundings(
        name=centre.name if centre else "",
        lat=centre.lat if centre else spot.lat,
        lng=centre.lng if centre else spot.lng,
        areas=[(area.name, area.lat, area.lng, area.radius_km)] if area and centre else [],
    )
    both = [spot, Spot(key="", name="", lat=around.lat, lng=around.lng, count=1)]
    frame = frame_of(box_around(both, lat=around.lat, lng=around.lng), size=SIZE, margin=2 * MARGIN)
    x, y = frame.at(spot.lat, spot.lng)
    mark = Drawn(cluster=Cluster(spots=[spot], x=x, y=y), words=spot.name)
    label = (
        gettext("Map: %(name)s and the centre of %(city)s") % {"name": spot.name, "city": around.name}
        if centre
        else gettext("Map: %(name)s") % {"name": spot.name}
    )
    return mark_safe(city_map([mark], frame, around, label=label))  # noqa: S308 (labels are escaped where they are drawn)


def lies(event: Event) -> str:
    """`2.4 km north-east of the centre of Bengaluru`; of an approximate point, that it is one."""
    if event.lat is None and event.around_lat is not None:
        return gettext("The source does not tell the exact place. It is somewhere near this point.")
    if event.city is None or event.lat is None or event.lng is None:
        return ""
    kilometres, side = from_centre(
        lat=event.lat, lng=event.lng, centre_lat=event.city.lat, centre_lng=event.city.lng
    )
    said = {"city": event.city.name, "km": kilometres}
    sentences = {
        "east": gettext("%(km)s km east of the centre of %(city)s"),
        "north-east": gettext("%(km)s km north-east of the centre of %(city)s"),
        "north": gettext("%(km)s km north of the centre of %(city)s"),
        "north-west": gettext("%(km)s km north-west of the centre of %(city)s"),
        "west": gettext("%(km)s km west of the centre of %(city)s"),
        "south-west": gettext("%(km)s km south-west of the centre of %(city)s"),
        "south": gettext("%(km)s km south of the centre of %(city)s"),
        "south-east": gettext("%(km)s km south-east of the centre of %(city)s"),
        "": gettext("In the centre of %(city)s"),
    }
    return sentences[side] % said
