"""Values of settings that can hurt, in tables: for `check --deploy`, and for production, which refuses the insecure ones at its start.

It imports no Django, since settings.py reads it. What it looks at is the mapping of the settings' names to their values.
"""

import base64
import binascii
import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A setting that can hurt. `is_error`: it must be mended. `refused`: production does not start with it."""

    id: str
    name: str
    message: str
    remedy: str
    is_error: bool = True
    refused: bool = False


#: The least and the most of each number, and what happens beyond: (name, least, most, effect).
_NUMBERS: Final[tuple[tuple[str, float, float | None, str], ...]] = (
    ("PORT", 1, 65_535, "nothing can be served"),
    ("SEARCH_STEP_SECONDS", 0.05, 15, "a search finds nothing, or holds a connection until its statement is ended"),
    ("REQUESTS_AT_ONCE", 1, 7, "no request is answered, or all connections of the pool wait for one another"),
    ("REGISTRATION_MESSAGES_A_DAY", 0, 50, "a team can flood its guests"),
    ("REGISTRATION_MESSAGES_REVIEWED", 0, None, "it has no meaning"),
    ("EGRESS_CRAWL_MB", 128, None, "every browser and spider is ended at its start"),
    ("EGRESS_CRAWL_SECONDS", 5, 3000, "every crawl is ended at its start, or by the time limit of its task"),
    ("EMAIL_PORT", 1, 65_535, "no mail leaves"),
    ("MAIL_RATE", 1, None, "no mail leaves"),
    ("MAIL_CAMPAIGN_LEAST", 1, None, "a single bounce stops a campaign"),
    ("SUBSCRIPTION_UNCONFIRMED_DAYS", 1, None, "subscribers are erased before they can confirm"),
    ("SUBSCRIPTION_UNSUBSCRIBED_DAYS", 1, None, "an address is erased at once, and a mistake cannot be taken back"),
    ("CONSENT_MONTHS", 1, None, "every subscriber is asked for consent all the time"),
    ("CONSENT_ANSWER_DAYS", 1, None, "who is asked for consent has no time to answer, and gets no more mail"),
    ("REPORTS_URGENT_WEIGHT", 0.01, None, "any report on an event goes before everything else"),
    ("FOLLOW_DAYS", 1, None, "a submitter's link ends before they can follow it"),
    ("OPT_OUT_DAYS", 1, 30, "wishes not to be listed are overdue at once, or only after a month"),
    ("LIVE_RETURN_SECONDS", 0, 300, "readers of a stopping process all come back at once, or stay away"),
    ("LIVE_SILENCE_SECONDS", 5, 600, "live readers are cut off, or dead ones are kept"),
    ("FETCH_MOST_UNDER_WAY", 1, None, "no source is fetched"),
    ("FETCH_PER_HOST", 1, 8, "no source is fetched, or one host is asked by many at once"),
    ("PIPELINE_BATCH_SIZE", 1, 5000, "nothing is processed, or one transaction holds its city for long"),
    ("STEP_SECONDS_PER_RECORD", 0.1, None, "every record becomes a dead letter"),
    ("READ_SECONDS_PER_PAYLOAD", 1, 3000, "every answer becomes a dead letter, or none before the time limit of its task"),
    ("AI_EXTRACTOR_MOST_PER_RUN", 0, None, "it has no meaning"),
    ("AI_EXTRACTOR_MOST_PER_DAY", 1, None, "it has no meaning"),
    ("SENTRY_TRACES", 0, 1, "it is no share"),
)  # fmt: skip

#: Addresses to which something travels that is not for others: (name, what, whether production refuses http). Where it does
#: not, the server often stands in the operator's own network.
_ADDRESSES: Final[tuple[tuple[str, str, bool], ...]] = (
    ("LIVE_URL", "browsers refuse it on a page of https, or send their cookies in the clear", True),
    ("ERASURE_WEBHOOKS", "who was erased is told to whoever listens", True),
    ("OPERATOR_WEBHOOK_URL", "alerts are told to whoever listens", True),
    ("SLACK_WEBHOOK_URL", "the address is the secret of the channel", True),
    ("PAGERDUTY_URL", "the routing key travels in the clear", True),
    ("HEARTBEAT_URL", "whoever reads the address can keep a dead site alive for its watcher", False),
    ("GEOCODER_URL", "addresses of events and GEOCODER_KEY travel in the clear", False),
    ("INDEXNOW_URL", "the key travels in the clear", False),
    ("TRACES_ENDPOINT", "traces and OTEL_EXPORTER_OTLP_HEADERS travel in the clear", False),
    ("SENTRY_DSN", "errors travel in the clear", False),
    ("LIVE_NCHAN_URL", "whoever is on the way can publish to all live readers", False),
    ("BACKUP_ENDPOINT", "names and sizes of backups can be read and changed on the way", False),
    ("PICTURES_ENDPOINT", "pictures travel in the clear, and browsers refuse them on a page of https", False),
    ("EGRESS_PROXY_URLS", "the password of the proxy travels in the clear", False),
)
#: What the environment calls them.
_SPELLED: Final = {
    "EGRESS_CRAWL_MB": "CRAWL_MAX_MB",
    "EGRESS_CRAWL_SECONDS": "CRAWL_MAX_SECONDS",
    "TRACES_ENDPOINT": "OTEL_EXPORTER_OTLP_ENDPOINT",
    "EGRESS_PROXY_URLS": "PROXY_URL or PROXY_URLS",
}
#: Ports below 1024 belong to services of a machine: mail, SSH, DNS. These two are the web.
_WEB_PORTS: Final = frozenset({80, 443})
_LOUD: Final = ("ERROR", "CRITICAL", "FATAL")
_SECRET_BYTES: Final = range(24, 65)


def is_remote(host: str) -> bool:
    """Whether the host is another machine: no socket, and no loopback address."""
    return not (host in ("", "localhost", "::1") or host.startswith(("/", "127.")))


def problems(values: Values) -> list[Problem]:
    """Everything that can hurt, by the tables and rules of this module."""
    return [problem for rule in _RULES for problem in rule(values)]


def refusal(values: Values) -> str:
    """Why production must not start with these values, in one line; '' where it may."""
    return next(
        (f"{each.message} {each.remedy}" for each in problems(values) if each.refused),
        "",
    )


def _numbers(values: Values) -> Iterator[Problem]:
    rates = ((f"MAIL_RATES ({name})", 1, None, "no mail leaves by it", rate) for name, rate in values["MAIL_RATES"].items())  # fmt: skip
    for name, least, most, effect, value in [*((*row, values[row[0]]) for row in _NUMBERS), *rates]:
        if value < least or (most is not None and value > most):
            between = f"at least {least:g}" if most is None else f"between {least:g} and {most:g}"
            yield Problem(
                id="config.E007", name=name, message=f"{_SPELLED.get(name, name)} is {value:g}: {effect}.",
                remedy=f"Set it to {between}, or remove it.",
            )  # fmt: skip


def _addresses(values: Values) -> Iterator[Problem]:
    for name, effect, refused in _ADDRESSES:
        given = values[name]
        for address in given if isinstance(given, list) else [given]:
            parts = urlsplit(address)
            if parts.scheme != "http" or not is_remote(parts.hostname or ""):
                continue
            if name == "EGRESS_PROXY_URLS" and not parts.password:
                continue
            yield Problem(
                id="config.E008" if refused else "config.W011", name=name, is_error=refused, refused=refused,
                message=f"{_SPELLED.get(name, name)} begins with http:// at {parts.hostname}: {effect}.",
                remedy="Begin it with https://." if refused else "Begin it with https://, unless nobody else is on that network.",
            )  # fmt: skip


def _hosts(values: Values) -> Iterator[Problem]:
    host = (urlsplit(values["SITE_URL"]).hostname or "").lower()
    names = [name.lower() for name in values["ALLOWED_HOSTS"]]
    # as django.http.request.validate_host
    if not any(name in ("*", host) or (name.startswith(".") and f".{host}".endswith(name)) for name in names):
        yield Problem(
            id="config.E009", name="ALLOWED_HOSTS",
            message=f"ALLOWED_HOSTS does not contain {host}, the host of SITE_URL: every link in a mail ends at a 400.",
            remedy=f"Add {host} to ALLOWED_HOSTS, or correct SITE_URL.",
        )  # fmt: skip


def _origins(values: Values) -> Iterator[Problem]:
    for origin in values["CSRF_TRUSTED_ORIGINS"]:
        if "*" in origin or not origin.startswith("https://"):
            yield Problem(
                id="config.E010", name="CSRF_TRUSTED_ORIGINS", refused=True,
                message=f"CSRF_TRUSTED_ORIGINS contains {origin}: sites of others can send forms in the name of whoever is signed in.",
                remedy="Name whole origins that begin with https://, or remove it.",
            )  # fmt: skip


def _ports(values: Values) -> Iterator[Problem]:
    ports = values["EGRESS_ALLOWED_PORTS"]
    if not ports:
        yield Problem(
            id="config.E007", name="EGRESS_ALLOWED_PORTS", message="EGRESS_ALLOWED_PORTS is empty: no source is fetched.",
            remedy="Name ports such as 80,443, or remove it.",
        )  # fmt: skip
    for port in ports:
        if not 1 <= port <= 65_535 or (port < 1024 and port not in _WEB_PORTS):
            yield Problem(
                id="config.E011", name="EGRESS_ALLOWED_PORTS", refused=True,
                message=f"EGRESS_ALLOWED_PORTS contains {port}: whoever names an address can make this site speak to services that are no web servers.",
                remedy="Take it out: below 1024 only 80 and 443 are for the web.",
            )  # fmt: skip


def _secrets(values: Values) -> Iterator[Problem]:
    for name, user in (
        ("ERASURE_WEBHOOK_SECRET", "ERASURE_WEBHOOKS"),
        ("OPERATOR_WEBHOOK_SECRET", "OPERATOR_WEBHOOK_URL"),
    ):
        if values[user] and _secret_bytes(values[name]) not in _SECRET_BYTES:
            yield Problem(
                id="config.E012", name=name, message=f"{name} is not `whsec_` and base64 of 24 to 64 bytes: no message can be signed, or anybody can sign one.",
                remedy="python -c 'import base64, secrets; print(\"whsec_\" + base64.b64encode(secrets.token_bytes(32)).decode())' makes one.",
            )  # fmt: skip


def _secret_bytes(secret: str) -> int:
    try:
        return len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except (binascii.Error, ValueError):
        return 0


def _log(values: Values) -> Iterator[Problem]:
    if values["LOG_LEVEL"].upper() in _LOUD:
        yield Problem(
            id="config.W012", name="LOG_LEVEL", is_error=False,
            message=f"LOG_LEVEL is {values['LOG_LEVEL']}: refused sign-ins, failing sources and lost connections are not in the log.",
            remedy="Set it to WARNING or INFO.",
        )  # fmt: skip


def _mail(values: Values) -> Iterator[Problem]:
    if values["EMAIL_USE_TLS"] and values["EMAIL_USE_SSL"]:
        yield Problem(
            id="config.E013", name="EMAIL_USE_SSL", message="EMAIL_USE_TLS and EMAIL_USE_SSL are both on: no mail leaves by SMTP.",
            remedy="Set EMAIL_USE_TLS=false for port 465, or remove EMAIL_USE_SSL.",
        )  # fmt: skip
    if values["DEFAULT_FROM_EMAIL"].rstrip("> ").endswith("@localhost"):
        yield Problem(
            id="config.W013", name="DEFAULT_FROM_EMAIL", is_error=False,
            message="DEFAULT_FROM_EMAIL is at localhost: most servers refuse such mails, and nobody can answer them.",
            remedy="Set it to an address of a domain of yours (docs/deliverability.md).",
        )  # fmt: skip
    if not values["CONTACT_EMAIL"]:
        yield Problem(
            id="config.W014", name="CONTACT_EMAIL", is_error=False,
            message="CONTACT_EMAIL is not set: whoever is bothered by our fetching can only block it.",
            remedy="Set it to an address that somebody reads.",
        )  # fmt: skip
    for address in values["OPERATOR_EMAILS"]:
        if "@" not in address.strip()[1:-1]:
            yield Problem(
                id="config.E014", name="OPERATOR_EMAILS", message=f"OPERATOR_EMAILS contains {address!r}, which is no address: it hears no alert.",
                remedy="Name addresses, comma separated.",
            )  # fmt: skip
    if values["VAPID_PRIVATE_KEY"] and not values["VAPID_SUBJECT"].startswith(("mailto:", "https:")):
        yield Problem(
            id="config.E015", name="VAPID_SUBJECT", message="VAPID_SUBJECT is no mailto: or https: address: push services refuse every notice.",
            remedy="Set it to mailto: and an address that somebody reads, or remove it.",
        )  # fmt: skip


def _others(values: Values) -> Iterator[Problem]:
    if values["LIVE_ENGINE"] not in ("hub", "nchan") or (
        values["LIVE_ENGINE"] == "nchan" and not values["LIVE_NCHAN_URL"]
    ):
        yield Problem(
            id="config.E016", name="LIVE_ENGINE", message="LIVE_ENGINE is neither hub nor nchan with LIVE_NCHAN_URL: live readers hear nothing.",
            remedy="Remove it, or set both (docs/live.md).",
        )  # fmt: skip
    for server in values["DNS_SERVERS"]:
        host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
        if not (_is_address(host) and (port or "53").isdecimal()):
            yield Problem(
                id="config.E017", name="DNS_SERVERS", message=f"DNS_SERVERS contains {server!r}, which is no address of a server: domains cannot be verified.",
                remedy="Name addresses such as 9.9.9.9 or 127.0.0.1:5353.",
            )  # fmt: skip
    if values["BACKUP_TO"] and (
        wrong := [key for key in values["BACKUP_RECIPIENTS"] if not key.startswith("age1")]
    ):
        yield Problem(
            id="config.E018", name="BACKUP_RECIPIENTS", message=f"BACKUP_RECIPIENTS contains {len(wrong)} that are no public keys of age: no backup is made.",
            remedy="manage.py make_backup_key makes a pair; its public key begins with age1.",
        )  # fmt: skip
    if (ca_file := values["BROKER_CA_FILE"]) and not Path(ca_file).is_file():
        yield Problem(
            id="config.E019", name="BROKER_CA_FILE", message=f"BROKER_CA_FILE names {ca_file}, which is no file: nothing can be queued.",
            remedy="Correct the path, or remove it.",
        )  # fmt: skip
    if values["DEDUP_THRESHOLD"] is not None and values["DEDUP_THRESHOLD"] < 0.5:
        yield Problem(
            id="config.W015", name="DEDUP_THRESHOLD", is_error=False,
            message=f"DEDUP_THRESHOLD is {values['DEDUP_THRESHOLD']:g}: different events become one without a question.",
            remedy="Set it to 0.5 or more, or remove it.",
        )  # fmt: skip


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_RULES: Final[tuple[Callable[[Values], Iterable[Problem]], ...]] = (
    _numbers, _addresses, _hosts, _origins, _ports, _secrets, _log, _mail, _others,
)  # fmt: skip
