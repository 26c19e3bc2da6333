"""A request with an Idempotency-Key has its effect once; a repeated one gets the same answer.

draft-ietf-httpapi-idempotency-key-header-07. A client that got no answer sends its request again with the same key.
The effect and the kept answer are committed together, so a process that dies between two steps leaves neither, and the
repeated request begins anew. Errors are not kept: whoever corrects the body may keep the key.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, cast
from uuid import UUID

from django.db import connection, transaction
from django.http import QueryDict
from django.utils.timezone import now
from django.utils.translation import gettext, gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict, Unusable
from accounts.crypto import keyed_hash
from accounts.keys.holding import ByKey
from accounts.limits import caller_of
from accounts.models import ANSWERS_KEPT, IdempotentAnswer
from accounts.rights import is_person

HEADER: Final = "Idempotency-Key"
#: Set on an answer that was given before.
REPLAYED: Final = "Idempotency-Replayed"
LONGEST: Final = 200
#: Characters of an answer; a longer one is not kept, and its request has its effect again.
_LONGEST_ANSWER: Final = 500_000
#: Old answers that one request deletes.
_BATCH: Final = 100
_LOCK_SPACE: Final = 0x4E6F6349 + 1  # advisory locks of keys
_HEADERS: Final = ("ETag", "Link", "Location")
#: The attribute of a handler that is wrapped here, for the schema (config.api.schema).
MARK: Final = "has_effect_once"

Handler = Callable[..., Response]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A request by hashes: `name` over who asked and the key, `body` over method, address and body."""

    name: str
    body: str
    user_id: UUID | None


def once(
    handler: Handler | None = None,
    *,
    in_steps: bool = False,
    blanked: frozenset[str] = frozenset(),
    first: Callable[[Request], object] | None = None,
) -> Any:
    """Wrap a method of a view that creates something, below `extend_schema`.

    All that it does becomes one transaction with the kept answer. `in_steps` is for one that must commit in between:
    a process that dies there leaves the effect without the answer, so repeating it must do no harm by itself.
    `blanked` names the fields of the answer that are not kept, '' in a repeated one. `first` is asked before, outside
    the transaction: a password, whose guesses count whatever becomes of the request.
    """

    def wrapped(handler: Handler) -> Handler:
        @wraps(handler)
        def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            if first is not None:
                first(request)
            key = _key_of(request)
            if not key:
                return handler(view, request, *args, **kwargs)
            asked = _asked(request, key)
            with _alone(asked, in_steps=in_steps):
                kept = IdempotentAnswer.objects.filter(pk=asked.name, at__gt=now() - ANSWERS_KEPT).first()
                if kept is not None:
                    return _again(kept, asked)
                response = handler(view, request, *args, **kwargs)
                if response.status_code < 400:
                    _keep(response, asked, blanked)
                elif not in_steps:
                    transaction.set_rollback(True)
                return response

        setattr(guarded, MARK, True)
        return guarded

    return wrapped if handler is None else wrapped(handler)


def _key_of(request: Request) -> str:
    """The key, '' without one; as a string of structured fields too (RFC 8941, 3.3.3). Raises ValidationError."""
    key: str = request.headers.get(HEADER, "").strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise ValidationError({HEADER: [gettext("At most 200 printable characters of ASCII.")]})
    return key


def _asked(request: Request, key: str) -> _Asked:
    person = request.user if is_person(request.user) else None
    who = f"user {person.pk}" if person else f"network {caller_of(request._request)}"
    if isinstance(request.auth, ByKey):
        who = f"api key {request.auth.key_id}"
    start = f"{request.method} {request.get_full_path()}\0{request.content_type}\0"
    return _Asked(
        name=keyed_hash(f"idempotency\0{who}\0{key}"),
        body=keyed_hash(start + _digest(request)),
        user_id=person.pk if person else None,
    )


def _digest(request: Request) -> str:
    """A hash of the body; of a form its fields, since each attempt divides its parts by another text."""
    digest = hashlib.sha256()
    if not (request.content_type or "").startswith("multipart/"):
        digest.update(request._request.body)
        return digest.hexdigest()
    fields = cast("QueryDict", request.data)
    for name in sorted(fields):
        for value in fields.getlist(name):
            digest.update(f"\0{name}\0".encode("utf-8", "replace"))
            chunks = value.chunks() if hasattr(value, "chunks") else [str(value).encode("utf-8", "replace")]
            for chunk in chunks:
                digest.update(chunk)
            if hasattr(value, "seek"):
                value.seek(0)
    return digest.hexdigest()


@contextmanager
def _alone(asked: _Asked, *, in_steps: bool) -> Iterator[None]:
    """While no other request with the same key is under way. Raises Conflict where one is.

    The lock is the database's, and ends with the connection of a process that dies.
    """
    number = int.from_bytes(bytes.fromhex(asked.name[:8]), signed=True)
    if not in_steps:
        with transaction.atomic():
            _lock("pg_try_advisory_xact_lock", number)
            yield
        return
    _lock("pg_try_advisory_lock", number)
    try:
        yield
    finally:
        _ask("pg_advisory_unlock", number)


def _lock(function: str, number: int) -> None:
    if not _ask(function, number):
        raise Conflict(_UNDER_WAY, wait=1)


def _ask(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK_SPACE, number])
        return bool(cursor.fetchone()[0])


_UNDER_WAY: Final = gettext_lazy("The same request is being processed. Ask again in a moment.")


def _again(kept: IdempotentAnswer, asked: _Asked) -> Response:
    if kept.request_hash != asked.body:
        raise Unusable(gettext("This Idempotency-Key was used with another request; use a new one."))
    answer = json.loads(kept.answer)
    return Response(answer["data"], status=answer["status"], headers={**answer["headers"], REPLAYED: "true"})


def _keep(response: Response, asked: _Asked, blanked: frozenset[str]) -> None:
    """Keep the answer; old ones go, so that the table holds those of one day."""
    data: Any = response.data
    if blanked and isinstance(data, dict):
        data = {name: "" if name in blanked else value for name, value in data.items()}
    headers = {name: response[name] for name in _HEADERS if name in response}
    answer = {"status": response.status_code, "data": data, "headers": headers}
    text = JSONRenderer().render(answer).decode()
    if len(text) > _LONGEST_ANSWER:
        return
    IdempotentAnswer.forget(now(), most=_BATCH)
    IdempotentAnswer.objects.update_or_create(
        key=asked.name,
        defaults={"request_hash": asked.body, "user_id": asked.user_id, "answer": text, "at": now()},
    )
