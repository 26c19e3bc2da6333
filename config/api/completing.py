"""What every operation of the schema has: errors that any request may get, headers, and an example of what is sent and answered."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from accounts.problems import PROBLEM, error_words

Schema = dict[str, Any]
_EXAMPLES: Final = Path(__file__).parent / "examples"
_VERBS: Final = ("get", "post", "put", "patch", "delete")
#: Any request may be malformed, ask for another format, come too often, or fail on our side.
_ALWAYS: Final = (400, 406, 429, 500)
_WITH_BODY: Final = (413, 415)
_SIGNED_IN: Final = (401,)
_HEADERS: Final = {
    "X-Request-ID": ("Names this request; tell us this one with a problem.", "string"),
    "RateLimit": (
        'What is left of the limit: `"default";r=599;t=60`. Not sent where there is none.',
        "string",
    ),
    "RateLimit-Policy": ('The limit: `"default";q=600;w=60`. Not sent where there is none.', "string"),
}
_NULL: Final = {"type": "null"}
_EMPTY: Final = {"type": "string", "maxLength": 0}
_RETRY_AFTER: Final = ("Seconds to wait.", "integer")
_LOCATION: Final = ("Where it is.", "string")
_ETAG: Final = ("Send it as If-None-Match, and get 304 while nothing changed.", "string")


def complete(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """A hook of drf-spectacular (POSTPROCESSING_HOOKS)."""
    _make_plain(result["components"]["schemas"])
    for path, verb, operation in operations(result):
        _add_errors(operation, verb)
        _allow_empty(operation)
        _require_body(operation, result)
        for status, response in operation["responses"].items():
            _add_headers(response, status, verb, path)
        _add_examples(operation)
    return result


def operations(schema: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Every operation with its path and verb."""
    for path, item in schema["paths"].items():
        for verb in _VERBS:
            if verb in item:
                yield path, verb, item[verb]


def _make_plain(part: Any) -> None:
    """Say in one schema what drf-spectacular says in two that overlap, of which `oneOf` allows none: null, and a text that may be empty."""
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _make_plain(inner)
    two: list[Any] = part.get("oneOf", []) if isinstance(part, dict) else []
    if len(two) != 2 or two[1] not in (_NULL, _EMPTY) or (two[1] == _NULL and two[0]):
        return
    del part["oneOf"]
    part.update(two[0])
    if part.get("format") == "uri":
        part["format"] = "uri-reference"  # of which an empty text is one


def _allow_empty(operation: Schema) -> None:
    """An empty value of an optional parameter counts as not given (`events.api.parameters`)."""
    for row in operation.get("parameters", ()):
        if row["in"] == "query" and not row.get("required"):
            row["allowEmptyValue"] = True


def _require_body(operation: Schema, result: Schema) -> None:
    """A body with a field that is needed, or with one of several, is needed itself."""
    body = operation.get("requestBody", {})
    for held in body.get("content", {}).values():
        name = held["schema"].get("$ref", "").rpartition("/")[2]
        schema = result["components"]["schemas"][name] if name else held["schema"]
        if any(schema.get(name) for name in ("required", "anyOf", "oneOf")):
            body["required"] = True


def _add_errors(operation: Schema, verb: str) -> None:
    wanted = (*_ALWAYS, *(_WITH_BODY if "requestBody" in operation or verb == "post" else ()))
    if any(operation.get("security", ())):
        wanted += _SIGNED_IN
    for status in wanted:
        operation["responses"].setdefault(
            str(status),
            {
                "description": error_words(status),
                "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )


def _add_headers(response: Schema, status: str, verb: str, path: str) -> None:
    named = dict(_HEADERS)
    if status in ("429", "503"):
        named["Retry-After"] = _RETRY_AFTER
    if status == "301":
        named["Location"] = _LOCATION
    if status == "200" and verb == "get" and "/admin/" not in path:
        named["ETag"] = _ETAG
    headers = response.setdefault("headers", {})
    for name, (about, kind) in named.items():
        headers.setdefault(name, {"description": about, "schema": {"type": kind}})


def _add_examples(operation: Schema) -> None:
    """Those of the files, where the view gives none."""
    given = _examples().get(operation["operationId"], {})
    body = operation.get("requestBody", {}).get("content", {})
    if "request" in given:
        _example(body, given["request"])
    for answer, value in given.items():
        status, _, media = answer.partition(" ")
        if status != "request" and status in operation["responses"]:
            _example(operation["responses"][status].get("content", {}), value, media or "application/json")


def _example(content: Schema, value: Any, media: str = "application/json") -> None:
    held = content.get(media)
    if held is not None and not held.get("examples"):
        held["examples"] = {"example": {"value": value}}


@lru_cache(maxsize=1)
def _examples() -> dict[str, dict[str, Any]]:
    """By operation: `request`, and each status that is answered with a body; `200 text/csv` for one that is not JSON."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(_EXAMPLES.glob("*.json")):
        found |= json.loads(path.read_text())
    return found
