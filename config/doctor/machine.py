"""The machine: settings, files, ports, clocks. Asks no database except where a clock needs it."""

import importlib.resources
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
from django.conf import settings
from django.core import checks
from django.db import connection
from django.utils.timezone import now

from config.embedded.paths import PROJECT
from config.env import Mode
from egress.factory import open_valkey
from operations.components.records import Finding
from operations.enums import State
from pipeline import patterns

#: A clock may differ by so many seconds: tokens, rates and leases are by the second.
CLOCK_SECONDS: Final = 2.0
_NAME: Final = patterns.compile(r"#?([A-Z][A-Z0-9_]*)=", longest=500)
#: Read by other programs, by their own names.
_OTHERS: Final = (
    "AWS_",
    "ANYMAIL_",
    "COMPOSE_",
    "DOCKER_",
    "FLAG_CONNECTOR_",
    "NOCTURNE_",
    "OTEL_",
    "PG",
    "SSL_",
)


def configuration() -> Iterator[Finding]:
    """Django's checks and ours; those of `check --deploy` in production."""
    found = checks.run_checks(include_deployment_checks=settings.MODE is Mode.PRODUCTION)
    serious = [each for each in found if each.level >= checks.WARNING and not each.is_silenced()]
    for each in serious:
        state = State.DOWN if each.level >= checks.ERROR else State.DEGRADED
        yield Finding(
            name=f"settings {each.id}", state=state, detail=each.msg, remedy=each.hint or "See .env.example."
        )
    if not serious:
        yield Finding(name="settings", detail=f"{settings.MODE} mode; every check passes.")


def variables() -> Finding:
    """Names in `.env` that nobody reads: misspelt, or of another version."""
    path = PROJECT / ".env"
    if not path.is_file():
        return Finding(name=".env", state=State.OFF, detail="There is none; the defaults hold.")
    known = _names((PROJECT / ".env.example").read_text())
    given = {name for name in _names(path.read_text()) if not name.startswith(_OTHERS)}
    if unknown := sorted(name for name in given if name.removesuffix("_FILE") not in known):
        return Finding(
            name=".env",
            state=State.DEGRADED,
            detail=f"Nobody reads {', '.join(unknown[:5])}.",
            remedy="Compare the names with .env.example.",
        )
    return Finding(name=".env", detail=f"{len(given)} variables, all known.")


def files() -> Iterator[Finding]:
    """Whether secrets are for their owner alone, and the folders can be written."""
    for path in (PROJECT / ".env", settings.VAR_DIR / "secret-key", settings.VAR_DIR / "first-admin.txt"):
        if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding(
                name="permissions",
                state=State.DEGRADED,
                detail=f"Others can read {path}.",
                remedy=f"chmod 600 {path}",
            )
    for folder in (settings.VAR_DIR, Path(settings.MEDIA_ROOT), Path(settings.AUDIT_CHECKPOINTS).parent):
        near = next((each for each in (folder, *folder.parents) if each.exists()), folder)
        if not os.access(near, os.W_OK):
            yield Finding(
                name="permissions",
                state=State.DOWN,
                detail=f"{folder} cannot be written by this user.",
                remedy=f"chown it to the user of the processes, or set NOCTURNE_VAR: ls -ld {near}",
            )


def port() -> Finding:
    """Whether the web process answers, or its port is free."""
    host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::", "") else settings.HOST  # noqa: S104 (compared, not bound)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as client:
        client.settimeout(2)
        if client.connect_ex((host, settings.PORT)):
            return Finding(name="port", state=State.OFF, detail=f"Nobody listens at {host}:{settings.PORT}.")
    try:
        answer = httpx.get(f"http://{host}:{settings.PORT}/healthz", timeout=5)
        is_ours = answer.status_code == httpx.codes.OK and answer.text == "ok\n"
    except httpx.HTTPError:
        is_ours = False
    if is_ours:
        return Finding(name="port", detail=f"The web process answers at {host}:{settings.PORT}.")
    return Finding(
        name="port",
        state=State.DOWN,
        detail=f"Something else, or a web process that hangs, listens at {host}:{settings.PORT}.",
        remedy=f"See which: ss -ltnp 'sport = :{settings.PORT}'. Stop it, or set PORT.",
    )


def clock() -> Finding:
    """Whether this machine, the database and Valkey agree on the time. Raises DatabaseError, RedisError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp() - %s::timestamptz)", [now()])
        apart = {"the database": float(cursor.fetchone()[0])}
    seconds, micros = open_valkey().time()
    apart["Valkey"] = seconds + micros / 1e6 - now().timestamp()
    name, worst = max(apart.items(), key=lambda each: abs(each[1]))
    if abs(worst) <= CLOCK_SECONDS:
        return Finding(name="clock", detail=f"All clocks agree within {abs(worst):.1f} s.")
    return Finding(
        name="clock",
        state=State.DEGRADED,
        detail=f"The clock of {name} is {worst:+.0f} s from this machine's.",
        remedy="Run an NTP client on both: timedatectl set-ntp true, or chrony.",
    )


def models() -> Finding:
    """Whether the files of the models are there and whole."""
    folder = importlib.resources.files("pipeline") / "artefacts"
    small = [each.name for each in folder.iterdir() if each.is_file() and len(each.read_bytes()) < 200]
    if small or not folder.is_dir():
        return Finding(
            name="files of models",
            state=State.DOWN,
            detail=f"Not whole: {', '.join(small) or folder}.",
            remedy="git checkout -- pipeline/artefacts (or git lfs pull).",
        )
    return Finding(name="files of models", detail="They are there.")


def _names(text: str) -> set[str]:
    found = (_NAME.match(line[:500]) for line in text.splitlines())
    return {each[1] for each in found if each}
