"""What publishers call the fields of an event: by field the names that are tried, in this order, written
small and without signs."""

from typing import Final

from pipeline.contract.fields import SIMPLE

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "id": ("externalid", "id", "uid", "apiid", "guid", "uuid", "identifier", "globalid", "eid", "datalayerid"),
    "recurrence_id": ("recurrenceid",),
    "title": (
        "title", "name", "summary", "headline", "displayname", "subject", "shorttitle", "heading", "committeename", "bodyname", "eventbodyname",
        "titre", "titel", "titulo", "titol", "titolo", "nom", "nombre", "veranstaltung",
    ),
    "description": (
        "descriptionhtml", "contenthtml", "description", "longdescription", "fulldescription", "content", "body", "details", "info",
        "contenttext", "descriptiontext", "abstract", "about", "excerpt", "shortdescription", "text", "caption", "notes", "teaser", "beschreibung",
        "descripcion", "descripcio", "descrizione",
    ),
    "start": (
        "start", "startdatetime", "datetimestart", "startat", "startsat", "starts", "startdate", "dtstart", "begin", "begins", "beginat", "beginsat",
        "begindate", "eventdate", "datestart", "startlocal", "datetimelocal", "startdatelocal", "datetime", "starttime", "startson", "startutc",
        "utcstart", "datetimeutc", "utcstartdate", "starttimeutc", "starttimestamp", "startunix", "eventstartunix", "timestamp", "timestart", "when",
        "nexttiming", "firsttiming", "firstdate", "nextdate", "showtime", "date", "day", "dates", "datetext", "from", "localdate",
        "debut", "datedebut", "fecha", "fechainicio", "datum", "beginn", "inicio", "inici", "inizio",
    ),
    "start_clock": ("starttime", "timestart", "time", "hour", "startclock", "begintime", "localtime", "times", "hora", "uhrzeit"),
    "end": (
        "end", "enddatetime", "datetimeend", "endat", "endsat", "ends", "enddate", "dtend", "finish", "finishat", "dateend", "endlocal", "endtime",
        "enddatetimelocal", "enddatelocal", "endutc", "utcend", "utcenddate", "endtimeutc", "endtimestamp", "endunix", "eventendunix", "stoptime",
        "stop", "stopdate", "timeend", "until", "lastdate", "to", "fin", "datefin", "fechafin", "ende",
    ),
    "end_clock": ("endtime", "timeend", "endclock", "finishtime"),
    "doors": ("doors", "doortime", "doorsopen", "dooropen", "doorsat", "doorstime"),
    "duration": ("duration", "durationiso", "durationminutes", "durationmin", "durationseconds"),
    "previous_start": ("previousstart", "previousstartdate"),
    "all_day": ("allday", "isallday", "wholeday", "fullday"),
    "utc_offset": ("utcoffset", "utcoffsetmillis", "utcoffsetms"),
    "timezone": ("timezone", "timezoneid", "timezonename", "tz", "tzid", "starttimezone", "starteventtimezone", "olsontimezone", "olsonpath"),
    "venue": ("venue", "venuename", "place", "placename", "locationname", "location", "where", "venues", "physicallist", "lieu", "ort", "lugar"),
    "address": ("address", "fulladdress", "streetaddress", "formattedaddress", "street", "adresse", "direccion"),
    "city": ("city", "cityname", "town", "locality", "addresslocality", "municipality", "ville", "stadt", "ciudad"),
    "country": ("country", "countrycode", "addresscountry", "countryname"),
    "lat": ("lat", "latitude", "latitud", "y"),
    "lng": ("lng", "lon", "long", "longitude", "longitud", "x"),
    "point": ("geo", "coordinates", "coordinate", "coords", "geometry", "geopoint", "latlng", "latlong", "latlon", "point", "position", "gps"),
    "online": (
        "online", "isonline", "onlineevent", "isonlineevent", "virtual", "isvirtual", "eventattendancemode", "attendancemode", "locationtype",
        "experience", "eventtype", "ishybrid",
    ),
    "online_url": ("onlineurl", "virtualurl", "streamurl", "livestreamurl", "meetingurl", "joinurl", "zoomurl", "onlinelink"),
    "url": (
        "url", "eventurl", "link", "permalink", "htmlurl", "publicurl", "weburl", "pageurl", "canonicalurl", "localisturl", "href", "uri",
        "website", "sourceurl", "eventsiteurl", "externalurl", "eventpath", "enlace", "links",
    ),
    "ticket_url": ("ticketurl", "ticketsurl", "ticketlink", "buyurl", "bookingurl", "registrationurl", "registerurl", "signupurl", "rsvpurl"),
    "image": (
        "image", "images", "imageurl", "img", "imgurl", "imgurls", "photo", "photourl", "photos", "cover", "coverurl", "picture", "pictures",
        "poster", "banner", "flyer", "imagelink", "thumbnail", "thumbnailurl", "logo", "featuredmedia", "media", "header", "bild", "foto",
    ),
    "price": (
        "price", "cost", "costs", "fee", "admission", "entry", "entranceprice", "prices", "priceranges", "pricerange", "tickets", "tickettypes",
        "ticketprices", "offers", "prix", "preis", "precio", "tarif",
    ),
    "price_min": ("pricemin", "minprice", "lowestprice", "pricefrom", "lowprice"),
    "price_max": ("pricemax", "maxprice", "highestprice", "priceto", "highprice", "costmax"),
    "currency": ("currency", "pricecurrency", "currencycode"),
    "is_free": ("isfree", "free", "ticketfree", "isaccessibleforfree"),
    "categories": (
        "category", "categories", "categoryname", "genre", "genres", "classification", "classifications", "eventtype", "topic", "topics", "kind",
        "type", "rubrique",
    ),
    "subcategory": ("subcategory", "subgenre"),
    "tags": ("tags", "keywords", "labels", "hashtags", "motscles"),
    "organizer": (
        "organizer", "organiser", "organizername", "organisername", "host", "hosts", "hostname", "hostedby", "organizedby", "presentedby",
        "organization", "organisation", "organisateur", "organizador", "organitzador", "organizzatore", "veranstalter", "group", "groupname", "presenter",
        "promoter", "sponsor",
    ),
    "performers": ("performers", "performer", "artists", "artist", "lineup", "speakers", "performance", "acts", "attractions"),
    "status": ("status", "eventstatus", "meetingstatus", "state", "statuscode"),
    "cancelled": ("cancelled", "canceled", "iscancelled", "iscanceled"),
    "postponed": ("postponed", "ispostponed"),
    "sold_out": ("soldout", "issoldout"),
    "capacity": ("capacity", "maxattendees", "maximumattendeecapacity", "maxcapacity", "rsvplimit"),
    "attending": ("attending", "attendingcount", "goingcount", "going", "rsvpcount", "yesrsvpcount", "guestcount"),
    "interested": ("interested", "interestedcount", "maybecount"),
    "registration_required": ("registrationrequired", "rsvprequired", "requiresregistration"),
    "language": ("language", "lang", "inlanguage", "languagecode"),
    "published": ("published", "datepublished", "publishedat", "publishdate", "createdat", "created", "dateposted"),
    "setting": ("setting", "indooroutdoor"),
    "accessibility": ("accessibility",),
    "unknown_time": ("timetbd", "timetba", "datetbd", "notimespecified", "timeunknown"),
    "known_time": ("timeknown",),
    **{name: how.json_names for name, how in SIMPLE.items()},
}  # fmt: skip

#: Words of a key that only say that it belongs to an event.
NOISE: Final = frozenset(
    {
        "event",
        "events",
        "meeting",
        "meetings",
        "field",
        "acf",
        "show",
        "performance",
        "concert",
        "gig",
        "activity",
        "item",
        "the",
        "my",
    }
)
#: Words that begin the name of a part of a place: `venue_city`, `location_name`.
PLACES: Final = frozenset(
    {"venue", "location", "place", "hall", "house", "theatre", "theater", "geo", "lieu", "ort", "lugar"}
)
#: What stands beside the event and has a name, a day or a place of its own.
FOREIGN: Final = frozenset({
    "artist", "artists", "author", "billing", "company", "contact", "creator", "group", "host", "hosts", "meta", "og", "organisateur", "organiser",
    "organisers",
    "organitzador", "organizador", "organization", "organizer", "organizers", "organizzatore", "owner", "parent", "performer", "performers", "previous",
    "refund", "related", "seo", "series", "speaker",
    "speakers", "sponsor", "sponsors", "superevent", "twitter", "user", "veranstalter"
})  # fmt: skip
#: Words that say that a value is another moment than the event's, or a number of things.
OTHER: Final = frozenset({
    "birth", "close", "closes", "count", "crawled", "created", "deadline", "door", "doors", "exdate", "expires", "expiry", "fetched", "imported",
    "indexed", "last", "max", "min", "modified", "open", "opens", "post", "posted", "presale", "publication", "publish", "published", "registration",
    "rsvp", "sale", "sales", "scraped", "total", "type", "updated", "zone"
})  # fmt: skip
#: Names whose values can be told by their looks, so that they count as the last or the first words of a key too.
TYPED: Final = frozenset(
    name for field in ("start", "end", "image", "address", "city", "country", "lat", "lng", "point", "price") for name in NAMES[field]
    if name not in ("day", "from", "to", "stop", "when", "y", "x", "long", "entry", "state", "position", "media", "header", "point", "tickets", "dates")
)  # fmt: skip

#: Keys of what wraps an event, though the object around tells a title and a day too, and keys under which several
#: occurrences of it are listed.
WRAPPERS: Final = ("node", "event", "data", "resource", "object", "record")
OCCURRENCES: Final = (
    "timings", "occurrences", "occurrenceset", "instances", "eventinstances", "showtimes", "performances", "showings", "schedules", "sessions", "dates", "date",
    "eventdates", "eventtimes",
)  # fmt: skip
