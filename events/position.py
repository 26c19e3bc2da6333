"""Where an event is: its map, and its place in the city in words."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from events.charts import MapPoint, from_centre, place_map
from events.models import Event
from places.geocoding import credit_of


def event_map(event: Event) -> SafeString | str:
    """The map of the event and its city's centre, with who gave the position; '' without a point.

    Its city and place should be loaded already.
    """
    lat, lng = event.shown_point
    if lat is None or lng is None:
        return ""
    points = [
        MapPoint(
            lat=lat,
            lng=lng,
            label=event.place_words if event.lat is not None else gettext("About here"),
            category=str(event.category_id),
            count=4,
        )
    ]
    if event.city:
        points.append(
            MapPoint(
                lat=event.city.lat,
                lng=event.city.lng,
                label=gettext("Centre of %(city)s") % {"city": event.city.name},
            )
        )
    place = event.place
    credit = credit_of(place.provided) if place and (place.lat, place.lng) == (event.lat, event.lng) else ""
    drawn = mark_safe(place_map(points))  # noqa: S308 (labels are escaped where they are drawn)
    return (
        format_html('{}<p class="quiet">{}</p>', drawn, gettext("Position: %(credit)s") % {"credit": credit})
        if credit
        else drawn
    )


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
