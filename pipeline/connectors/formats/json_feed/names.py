"""What publishers call the fields of an event: by field the names that are tried, in this order, written
small and without signs."""

from typing import Final

from pipeline.contract.fields import SIMPLE

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "id": ("externalid", "id", "uid", "eventid", "apiid", "guid", "uuid", "identifier", "globalid", "_id", "eid", "meetingid", "datalayerid"),
    "recurrence_id": ("recurrenceid",),
    "title": (
        "title", "name", "eventname", "eventtitle", "summary", "headline", "displayname", "subject", "shorttitle",
        "meetingname", "meetingtitle", "committeename", "bodyname", "eventbodyname", "titre", "titel", "titulo",
        "nom", "nombre",
    ),
    "description": (
        "descriptionhtml", "contenthtml", "longdescription", "fulldescription", "description", "content", "body", "details", "info",
        "contenttext", "descriptiontext", "abstract", "about", "excerpt", "shortdescription", "text", "caption", "notes", "beschreibung",
    ),
    "start": (
        "start", "startdatetime", "datetimestart", "startat", "startsat", "starts", "startdate", "dtstart", "begin", "beginat", "beginsat",
        "begindate", "eventstart", "eventstartdate", "eventdate", "eventdatetime", "eventdates", "datestart", "startlocal", "datetimelocal",
        "startdatelocal", "datetime", "starttime", "startson", "startutc", "utcstart", "datetimeutc", "utcstartdate", "starttimeutc",
        "starttimestamp", "startunix", "eventstartunix", "timestamp", "timestart", "when", "meetingdate", "meetingdatetime", "nexttiming",
        "firsttiming",
        "firstdate", "nextdate", "showtime", "date", "day", "dates", "datetext", "from", "localdate",
        "debut", "datedebut", "fecha", "fechainicio", "datum", "beginn",
    ),
    "start_clock": ("starttime", "timestart", "time", "eventtime", "hour", "startclock", "begintime", "localtime", "meetingtime", "times", "hora", "uhrzeit"),
    "end": (
        "end", "enddatetime", "datetimeend", "endat", "endsat", "ends", "enddate", "dtend", "finish", "finishat", "eventend", "eventenddate",
        "dateend", "endlocal", "endtime", "enddatetimelocal", "enddatelocal", "endutc", "utcend", "utcenddate", "endtimeutc", "endtimestamp", "endunix",
        "eventendunix", "stoptime", "stop", "stopdate",
        "timeend", "until", "lastdate", "to", "fin", "datefin", "fechafin", "ende",
    ),
    "end_clock": ("endtime", "timeend", "endclock", "finishtime"),
    "doors": ("doors", "doortime", "doorsopen", "dooropen", "doorsat", "doorstime"),
    "duration": ("duration", "durationiso", "durationminutes", "durationmin", "durationseconds"),
    "previous_start": ("previousstart", "previousstartdate"),
    "all_day": ("allday", "isallday", "wholeday", "fullday"),
    "utc_offset": ("utcoffset", "utcoffsetmillis", "utcoffsetms"),
    "timezone": ("timezone", "timezoneid", "timezonename", "tz", "tzid", "starttimezone", "starteventtimezone", "olsontimezone", "olsonpath"),
    "venue": (
        "venue", "venuename", "place", "placename", "locationname", "location", "eventlocation", "meetinglocation",
        "where", "venues", "physicallist", "lieu", "ort", "lugar"),
    "address": ("address", "venueaddress", "locationaddress", "fulladdress", "streetaddress", "formattedaddress", "street", "adresse", "direccion"),
    "city": ("city", "cityname", "venuecity", "venuecityname", "locationcity", "town", "locality", "addresslocality", "ville", "stadt", "ciudad"),
    "country": ("country", "countrycode", "venuecountry", "venuecountrycode", "venuecountryname", "addresscountry", "countryname"),
    "lat": ("lat", "latitude", "venuelat", "venuelatitude", "geolatitude", "y"),
    "lng": ("lng", "lon", "long", "longitude", "venuelng", "venuelon", "venuelongitude", "geolongitude", "x"),
    "point": ("geo", "coordinates", "coordinate", "geometry", "geopoint", "latlng", "latlong", "point", "position", "gps"),
    "online": (
        "online", "isonline", "onlineevent", "isonlineevent", "virtual", "isvirtual", "eventattendancemode", "attendancemode", "locationtype",
        "experience", "eventtype", "ishybrid",
    ),
    "online_url": ("onlineurl", "virtualurl", "streamurl", "livestreamurl", "meetingurl", "joinurl", "zoomurl", "onlinelink"),
    "url": (
        "url", "eventurl", "link", "permalink", "htmlurl", "publicurl", "weburl", "pageurl", "canonicalurl", "localisturl", "href", "uri",
        "website", "sourceurl", "eventsiteurl", "externalurl", "eventlink", "eventpath", "enlace", "links",
    ),
    "ticket_url": ("ticketurl", "ticketsurl", "ticketlink", "buyurl", "bookingurl", "registrationurl", "registerurl", "signupurl", "rsvpurl"),
    "image": (
        "image", "imageurl", "images", "img", "imgurl", "imgurls", "photo", "photourl", "photos", "cover", "coverurl", "coverimage", "picture",
        "poster", "banner", "bannerimage", "imagelink", "featuredimage", "thumbnail", "thumbnailurl", "logo", "socialimageurl", "featuredphoto",
    ),
    "price": ("price", "cost", "costs", "fee", "admission", "ticketprice", "entry", "entranceprice", "prices", "priceranges", "pricerange", "tickets", "prix"),
    "price_min": ("pricemin", "minprice", "lowestprice", "pricefrom", "lowprice"),
    "price_max": ("pricemax", "maxprice", "highestprice", "priceto", "highprice", "costmax"),
    "currency": ("currency", "pricecurrency", "currencycode"),
    "is_free": ("isfree", "free", "ticketfree", "isaccessibleforfree"),
    "categories": (
        "category", "categories", "categoryname", "genre", "genres", "classification", "classifications", "eventcategory", "eventtype", "topic",
        "topics", "kind", "type", "rubrique",
    ),
    "subcategory": ("subcategory", "subgenre"),
    "tags": ("tags", "keywords", "labels", "hashtags", "motscles"),
    "organizer": (
        "organizer", "organiser", "organizername", "organisername", "host", "hosts", "hostname", "organization", "organisation", "group", "groupname",
        "presenter", "promoter", "sponsor",
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

#: Keys under which an event of an answer is wrapped once more, and under which several occurrences of it are
#: listed.
WRAPPERS: Final = (
    "node",
    "event",
    "properties",
    "attributes",
    "fields",
    "data",
    "item",
    "resource",
    "object",
    "source",
    "record",
    "document",
)
SPREAD: Final = ("dates", "schedule", "when", "details", "slot")
OCCURRENCES: Final = (
    "timings", "occurrences", "occurrenceset", "instances", "eventinstances", "showtimes", "performances", "showings", "schedules", "sessions", "dates", "date",
    "eventdates", "eventtimes",
)  # fmt: skip
