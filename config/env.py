"""Reads settings from the environment, typed.

Each variable also as `NAME_FILE` (Docker and Kubernetes secrets).
"""

import hashlib
import hmac
import secrets
from enum import StrEnum
from math import ceil
from pathlib import Path
from typing import Any

import environ

from accounts.networks import read_networks
from config import embedded
from pipeline.base64url import read_base64url


class Mode(StrEnum):
    """Local mode binds loopback and needs no settings; production refuses insecure settings."""

    LOCAL = "local"
    TEST = "test"
    PRODUCTION = "production"


#: The order of the curve P-256 (FIPS 186-5).
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def read(base: Path) -> Any:
    """The environment and `.env` of the project's folder, which never overrides the environment."""
    env = environ.FileAwareEnv()
    env_file = base / ".env"
    if env_file.is_file():
        env.read_env(env_file)
    return env


def local_secret(var: Path) -> str:
    """The secret key of a local installation: created once, kept in `var/secret-key` with mode 0600."""
    path = var / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        var.mkdir(parents=True, exist_ok=True)
    value = secrets.token_urlsafe(48)
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:  # another process was first
        return path.read_text().strip()
    path.write_text(value)
    return value


def token_key(secret: str) -> str:
    """The key that signs tokens where none is set: 64 hex digits that do not reveal the secret key."""
    return hmac.new(secret.encode(), b"nocturne tokens of the API", hashlib.sha256).hexdigest()


def is_push_key(given: str) -> bool:
    """Whether this is a private key of the curve P-256: 32 bytes, base64url without padding."""
    try:
        raw = read_base64url(given)
    except ValueError:
        return False
    return len(raw) == 32 and 0 < int.from_bytes(raw, "big") < _P256_ORDER


def database(env: Any, var: Path, *, pool: bool) -> dict[str, Any]:
    """Django's DATABASES["default"]: DATABASE_URL, or the embedded PostgreSQL.

    Only the ASGI process has a pool (see decisions/0002).
    """
    config: dict[str, Any] = env.db_url("DATABASE_URL", default=embedded.database_url(var))
    config.setdefault("OPTIONS", {})
    config["CONN_HEALTH_CHECKS"] = True
    if bounds := _time_limits(env):
        config["OPTIONS"]["options"] = f"{config['OPTIONS'].get('options', '')} {bounds}".strip()
    away = max(env.float("DATABASE_AWAY_SECONDS", default=2.0), 0.1)
    if pool:
        config["ENGINE"] = "config.postgresql"
        # libpq reads whole seconds, 2 at least
        config["OPTIONS"].setdefault("connect_timeout", max(2, ceil(away)))
        # While the database is unreachable, a pool doubles its pauses until it gives up, 300 s by default;
        # after that the next request tries at once.
        config["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": away, "reconnect_timeout": away}
        config["CONN_MAX_AGE"] = 0
    else:
        config["CONN_MAX_AGE"] = 600
    return config


def databases(env: Any, var: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: the primary, and the replica where DATABASE_REPLICA_URL names one.

    DATABASE_POOL, DATABASE_STATEMENT_SECONDS and DATABASE_LOCK_SECONDS are the process's own.
    """
    pool = env.bool("DATABASE_POOL", default=False)
    found = {"default": database(env, var, pool=pool)}
    if url := env.str("DATABASE_REPLICA_URL", default="").strip():
        found["replica"] = replica(env, url, pool=pool)
    return found


def replica(env: Any, url: str, *, pool: bool) -> dict[str, Any]:
    """Django's DATABASES["replica"]: as the primary, but given up within two seconds, since there is the primary."""
    config: dict[str, Any] = env.db_url_config(url)
    options = {**config.get("OPTIONS", {}), "connect_timeout": 2}
    if bounds := _time_limits(env):
        options["options"] = f"{options.get('options', '')} {bounds}".strip()
    if pool:
        options["pool"] = {"min_size": 0, "max_size": 8, "timeout": 2, "reconnect_timeout": 2}
    return {
        **config,
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if pool else 600,
        "TEST": {"MIRROR": "default"},
    }


def networks(env: Any, name: str) -> list[str]:
    """The networks in a variable. Raises ValueError with the variable's name for an invalid one."""
    named = [each.strip() for each in env.list(name, default=[]) if each.strip()]
    try:
        read_networks(named)
    except ValueError as error:
        raise ValueError(
            f"{name}: {error}. Name networks and addresses, such as 127.0.0.1,10.0.0.0/8, or unix."
        ) from error
    return named


def _time_limits(env: Any) -> str:
    """PostgreSQL options with the time limits of a statement and of a wait for a lock; none where they are 0."""
    seconds = {
        "statement_timeout": env.float("DATABASE_STATEMENT_SECONDS", default=0.0),
        "lock_timeout": env.float("DATABASE_LOCK_SECONDS", default=0.0),
    }
    return " ".join(f"-c {name}={round(value * 1000)}" for name, value in seconds.items() if value > 0)


def celery_broker(redis_url: str) -> str:
    """A Redis URL in Celery's form: `unix:///path?db=1` becomes `redis+socket:///path?virtual_host=1`."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    number = dict(part.partition("=")[::2] for part in query.split("&") if part).get("db", "0")
    return f"redis+socket://{path}?virtual_host={number}"
