"""What Schemathesis is told of our API: who asks, ids that lead to something, and rules. Loaded by it, in its own environment."""

import contextlib
import copy
import csv
import io
import json
import os
import random
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import rules
import schemathesis
from hypothesis import strategies as st
from schemathesis.transport.serialization import Binary

BASE = os.environ["FUZZED_SITE"]
WORLD = json.loads(os.environ["FUZZED_WORLD"])
#: An access token lasts 15 minutes.
_SECONDS = 600
#: Who may sign out, and close their account, without ending what the others do.
_LEAVING = ("/auth/logout", "/me/export")
#: Accounts that are closed in a run; after them an old ETag keeps the account.
_MOST_CLOSED = 3
_MOST_PAGES = 40
#: An account has at most so many of these.
_FEW = ("/me/webhooks", "/me/saved-searches", "/me/keys")
#: No generator draws a picture that can be read. Pictures are the only `binary` of our schema.
_PICTURES = [
    Binary((Path(__file__).parents[2] / "static" / "img" / name).read_bytes())
    for name in ("icon-192.png", "icon-512.png")
]
_kept: dict[str, tuple[float, str]] = {}
_pages: dict[str, list[dict[str, str]]] = {}
_closed: list[str] = []
#: Ids that an answer of the phase of states had: what a link leads on with stays as it is.
_told: set[str] = set()
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_random = random.Random(18)  # noqa: S311  # chooses examples

for _name, _strategy in rules.formats(WORLD).items():
    schemathesis.openapi.format(_name, _strategy)
schemathesis.openapi.format("binary", st.sampled_from(_PICTURES))


def _token(person: str) -> str:
    at, token = _kept.get(person, (0.0, ""))
    if time.monotonic() - at > _SECONDS:
        body = json.dumps({"email": WORLD["people"][person], "password": WORLD["password"]}).encode()
        asked = urllib.request.Request(
            f"{BASE}/api/v1/auth/login", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
            token = json.load(answer)["access"]
        _kept[person] = (time.monotonic(), token)
    return token


def _is_closing(case) -> bool:
    return case.method.upper() == "DELETE" and case.operation.path.endswith("/me")


@schemathesis.auth(refresh_interval=None)
class Token:
    """The token of whoever asks such a thing."""

    def get(self, case, ctx):
        """Staff, a member of a team, or one who may leave."""
        path = case.operation.path
        if "/admin/" in path:
            return _token("staff")
        if _is_closing(case):
            return _token(f"leaver{min(len(_closed), _MOST_CLOSED)}")
        if path.endswith("/photos") and "/me/" not in path:
            return _token(f"rater{_random.randrange(4)}")  # twenty pictures an hour each
        return _token("signer" if any(part in path for part in _LEAVING) else "person")

    def set(self, case, data, ctx):
        """As the header says it."""
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


def _operation(case) -> str:
    return case.operation.definition.raw.get("operationId", "")


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """A valid request follows the rules, and three of four ask for something that there is."""
    meta = getattr(case, "meta", None)
    if isinstance(case.query, dict) and "wait" in case.query:
        case.query["wait"] = 0  # half a minute each, and the same answer
    case.headers = case.headers or {}
    case.headers["X-Forwarded-For"] = (
        f"198.18.{_random.randrange(256)}.{_random.randrange(256)}"  # no limit by network
    )
    rules.own_key(case.headers)
    if meta is None or not meta.generation.mode.is_positive:
        if isinstance(case.query, dict):
            rules.no_list(case.query)
        return
    for name in case.path_parameters or {}:
        known = WORLD["ids"].get(_kind_of(case, name))
        if known and case.path_parameters[name] not in _told and _random.random() < 0.75:
            case.path_parameters[name] = _random.choice(known)
    if case.query:
        rules.query(case.query, _random, _pages.get(case.operation.path, []))
    if _operation(case) == "recommendations" and not (case.query or {}).get("city"):
        case.query = {**(case.query or {}), "city": WORLD["city"]}  # the account may have no city of its own
    rules.headers(case.headers, _random)
    _body(case)
    if _is_closing(case) and len(_closed) >= _MOST_CLOSED:
        case.headers["If-Match"] = '"an old state"'


def _kind_of(case, name: str) -> str:
    """Which ids of the world fit a part of the path. Other tokens than those of subscriptions are of other things."""
    path = case.operation.path
    if name == "token" and "/subscriptions/" in path:
        return "subscription"
    if name == "event_id" and ("/photos" in path or "/ratings" in path):
        return "past event_id"  # others can be neither rated nor photographed yet
    if name == "event_id" and "/pictures" in path:
        return "pictured event_id"
    return "leaving photo_id" if _operation(case) == "own_photo_withdraw" else name


def _body(case) -> None:
    """Make the body keep the rules. One with a picture that does not goes without: Schemathesis takes every changed body with bytes for a wrong one."""
    if not isinstance(case.body, dict):
        return
    words = {name: value for name, value in case.body.items() if not isinstance(value, Binary)}
    if len(words) == len(case.body):
        rules.body(_operation(case), case.body, WORLD, _random)
        return
    kept = copy.deepcopy(words)
    rules.body(_operation(case), kept, WORLD, _random)
    if kept != words:
        case.body = kept


def _is_chain(case) -> bool:
    meta = getattr(case, "meta", None)
    return meta is not None and meta.phase.name == "stateful"


def _delete(path: str, case) -> None:
    asked = urllib.request.Request(
        f"{BASE}{path}", method="DELETE", headers={"Authorization": case.headers["Authorization"]}
    )
    with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(asked, timeout=60):  # noqa: S310
        pass


@schemathesis.hook
def after_call(ctx, case, response):
    """Note where pages go on, what the phase of states was told, and which accounts are closed.

    Of some things an account has a few: what was made goes, but where a chain of requests may lead on with it.
    """
    is_chain = _is_chain(case)
    if is_chain and response.status_code < 300:
        _told.update(_ID.findall(response.text))
    if not is_chain and response.status_code == 201 and case.operation.path.endswith(_FEW):
        _delete(f"{case.operation.path}/{response.json()['id']}", case)
    if _is_closing(case) and response.status_code == 204:
        _closed.append("one")
    if response.status_code != 200 or case.method.upper() != "GET":
        return
    try:
        following = response.json().get("next")
    except (ValueError, AttributeError):
        return
    if following:
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(following).query)
        if "cursor" in asked:
            held = _pages.setdefault(case.operation.path, [])
            question = {name: ",".join(values) for name, values in asked.items()}
            held[:] = [*held[-_MOST_PAGES:], question]


@schemathesis.deserializer("text/csv")
def read_csv(ctx, response):
    """A table as text, which its schema says it is; one that cannot be read as a table fails."""
    text = response.text if hasattr(response, "text") else response.content.decode()
    list(csv.reader(io.StringIO(text), strict=True))
    return text


@schemathesis.check
def each_action_is_answered(ctx, response, case):
    """Of actions in one call the answer is 200; one that the schema refuses is refused there."""
    is_asked = _operation(case) == "admin_moderate" and response.request.method == "POST"
    if not is_asked or response.status_code != 200:
        return
    sent, told = json.loads(response.request.body)["actions"], response.json()["results"]
    assert len(sent) == len(told), "Each action has its answer."
    for action, row in zip(sent, told, strict=True):
        assert row["status"] == 400 or _is_action(action), f"Not refused: {action}"


def _is_action(sent):
    names = {
        "action",
        "event",
        "version",
        "reason",
        "note",
        "into",
        "into_version",
        "chosen",
        "values",
        "unlock",
    }
    try:
        uuid.UUID(sent["event"]), uuid.UUID(sent.get("into") or sent["event"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    is_number = isinstance(sent.get("version"), int | float) and not isinstance(sent["version"], bool)
    return sent.keys() <= names and is_number and isinstance(sent.get("action"), str)
