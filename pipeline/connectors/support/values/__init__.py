"""Values of a platform's answer: fields, venues, prices, addresses, identities, and records made of them.

Text stays as it came; `html_line` and `html_lines` are for sites whose API gives titles as HTML. JSON of any
shape is `json_feed`'s."""

from pipeline.connectors.support.values.addresses import (
    address,
    kept_without,
    next_address,
    own_address,
    site,
    without,
)
from pipeline.connectors.support.values.fields import (
    at,
    day_of,
    decimal,
    filled,
    has_all,
    html_line,
    html_lines,
    images,
    line,
    lines,
    link,
    listed,
    moment,
    number,
    objects,
    organizer,
    pictures,
    postal,
    several,
    status,
    text,
    thousandths,
    truth,
    zone,
)
from pipeline.connectors.support.values.identity import settle, settled, shared_ids, url_identity
from pipeline.connectors.support.values.localized import in_language, local_part, shared, wanted
from pipeline.connectors.support.values.places import attendance, circle, coordinates, middle, pair, venue
from pipeline.connectors.support.values.records import (
    dropped,
    event,
    names_of,
    once,
    source_of,
    touching,
    up_to,
)

__all__ = [
    "address", "at", "attendance", "circle", "coordinates", "day_of", "decimal", "dropped", "event", "filled", "has_all",
    "html_line", "html_lines", "images", "in_language", "kept_without", "line", "lines", "link", "listed", "local_part", "middle",
    "moment", "names_of", "next_address", "number", "objects", "once", "organizer", "own_address", "pair", "pictures", "postal",
    "settle", "settled", "several", "shared", "shared_ids", "site", "source_of", "status", "text", "thousandths",
    "touching", "truth", "up_to", "url_identity", "venue", "wanted", "without", "zone",
]  # fmt: skip
