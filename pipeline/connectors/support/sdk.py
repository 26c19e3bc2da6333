"""What the author of a connector imports: the bases, the records and words of the contract, and the errors.

    from pipeline.connectors.support import sdk, values

    class TownConnector(sdk.JsonApi):
        metadata = sdk.Metadata(name="town", title="Town", type=sdk.SourceType.API)

`values` reads fields out of an answer and makes records of them."""

from pipeline.connectors.support.event_list import EventList
from pipeline.connectors.support.json_api import JsonApi, Key, Paging
from pipeline.connectors.support.platform import (
    AddressConfig,
    Platform,
    fetch_one,
    first_byte,
    has_marks,
    is_on,
    json_of,
    path_parts,
    payload_of,
    setting,
)
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, Online, OrganizerType, SourceType, Status, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Quota, Response
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.normalized import Image, OrganizerRef, Recurrence, Venue
from pipeline.contract.raw import Dropped, PlaceRecord, RawPayload, RawRecord, RawTime, WeatherRecord

__all__ = [
    "NO_CREDENTIALS", "AddressConfig", "ClientRefused", "ConfigInvalid", "Coverage", "CredentialKind", "Credentials", "CredentialsMissing", "Dropped",
    "EventList", "FetchParams", "HttpClient", "Image", "JsonApi", "Key", "Metadata", "Online", "OrganizerRef", "OrganizerType", "Page", "Paging", "PlaceRecord",
    "Platform", "Quota", "RateLimited", "RawPayload", "RawRecord", "RawTime", "Recurrence", "Response", "SchemaChanged", "SourceType", "Status", "Tier",
    "Venue", "WeatherRecord", "fetch_one", "first_byte", "has_marks", "is_on", "json_of", "path_parts", "payload_of", "setting",
]  # fmt: skip
