"""Events that a publisher sends us: the body of a POST, one event or a list (docs/interfaces.md, or any names
`json_feed` knows)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from pipeline.connectors.formats.json_feed import Reading, field_map, records
from pipeline.connectors.formats.json_feed.record import identity
from pipeline.connectors.support.json_text import TooDeep, parse_json
from pipeline.connectors.support.pushed import Pushed
from pipeline.connectors.support.values import settle, shared_ids
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, SourceType
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.text.decoding import http_url

#: Events in one request, at most.
MAX_EVENTS: Final = 1_000

_LISTS: Final = ("events", "items", "data")


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookConfig:
    """`fields`: a field map as of `json_feed`. `timezone` of times without offset. The secret is kept by the
    source, not here."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    timezone: str = ""


class WebhookConnector(Pushed):
    """Reads what was pushed; never chosen by detection, since a file with the same content is a JSON feed. Who
    sent it, and whether it came before, is asked by `accounts.webhook_signature` and the view."""

    metadata: ClassVar[Metadata] = Metadata(
        name="webhook",
        title="Webhook",
        type=SourceType.WEBHOOK,
        allows="what the sender agreed to",
        link="https://www.standardwebhooks.com/",
    )
    config_type: ClassVar[type[WebhookConfig]] = WebhookConfig

    def __init__(self, config: WebhookConfig, credentials: Credentials = NO_CREDENTIALS) -> None:
        super().__init__(config, credentials)
        self.fields = field_map(config.fields)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a body; PARTIAL, since what is not in it is not gone. Raises SchemaChanged with one
        clear line for the sender."""
        items = _items(_parsed(payload.content))
        reading = Reading(
            params=params,
            base=payload.url if http_url(payload.url) else params.base_url,
            fields=self.fields,
            timezone=self.config.timezone or params.timezone,
            prose=True,
        )
        shared = shared_ids(identity(item, reading) for item in items)
        return Page(payload=payload, records=settle(_read(items, reading), shared), coverage=Coverage.PARTIAL)


def _read(items: list[dict[str, Any]], reading: Reading) -> Iterator[RawRecord | Dropped]:
    for item in items:
        yield from records(item, reading)


def _parsed(content: bytes) -> Any:
    try:
        return parse_json(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SchemaChanged("the body is not UTF-8") from error
    except TooDeep as error:
        raise SchemaChanged(f"the body is {error}") from error
    except json.JSONDecodeError as error:
        raise SchemaChanged(f"the body is no JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:
        raise SchemaChanged("the body is no JSON") from error


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        inner = next((value[key] for key in _LISTS if isinstance(value.get(key), list | dict)), None)
        value = value if inner is None else inner
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in items):
        raise SchemaChanged("the body is neither an event nor a list of events")
    if len(items) > MAX_EVENTS:
        raise SchemaChanged(f"{len(items)} events in one request; at most {MAX_EVENTS}")
    return items
