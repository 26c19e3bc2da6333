"""What Schemathesis is told of our API: who asks, and ids that lead to something. Loaded by it, in its own environment."""

import json
import os
import random
import time
import urllib.error
import urllib.request

import schemathesis

BASE = os.environ["FUZZED_SITE"]
WORLD = json.loads(os.environ["FUZZED_WORLD"])
#: An access token lasts 15 minutes.
_SECONDS = 600
#: Who may sign out, and close their account, without ending what the others do.
_LEAVING = ("/auth/logout", "/me/export")
_kept: dict[str, tuple[float, str]] = {}
_random = random.Random(18)  # noqa: S311  # chooses examples


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


@schemathesis.auth(refresh_interval=None)
class Token:
    """The token of whoever asks such a thing."""

    def get(self, case, ctx):
        """Staff, a member of a team, or one who may leave."""
        path = case.operation.path
        if "/admin/" in path:
            return _token("staff")
        return _token("leaver" if any(part in path for part in _LEAVING) else "person")

    def set(self, case, data, ctx):
        """As the header says it."""
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Three of four valid requests ask for something that there is."""
    meta = getattr(case, "meta", None)
    if meta is None or not meta.generation.mode.is_positive:
        return
    for name in case.path_parameters or {}:
        known = WORLD["ids"].get(name)
        if known and _random.random() < 0.75:
            case.path_parameters[name] = _random.choice(known)
