"""SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of a domain."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mail.domain.asking import Unanswered, texts, unanswered
from mail.domain.findings import Finding, Record

#: What each provider wants in SPF, as its own documentation says; others sign by DKIM alone, or say it when they are set up.
SPF_OF: Final = {
    "sendgrid": "include:sendgrid.net", "mailgun": "include:mailgun.org", "postmark": "include:spf.mtasv.net", "sparkpost": "include:sparkpostmail.com",
    "mailjet": "include:spf.mailjet.com", "brevo": "include:spf.brevo.com", "mailersend": "include:_spf.mailersend.net",
}  # fmt: skip
#: Names under which keys usually stand; `--selector` names others.
USUAL_SELECTORS: Final = (
    "default",
    "mail",
    "dkim",
    "s1",
    "s2",
    "k1",
    "selector1",
    "selector2",
    "google",
    "pm",
    "mx",
    "mte1",
    "krs",
)
#: RFC 7208, 4.6.4: more than ten look-ups are an error, and SPF fails.
_MOST_LOOKUPS: Final = 10
_LOOKS_UP: Final = ("include", "a", "mx", "ptr", "exists", "redirect")
_SHORTEST_KEY: Final = 1024


def spf(domain: str, providers: Sequence[str]) -> Finding:
    """One record, which ends in -all or ~all, needs at most ten look-ups, and names the providers."""
    wanted = [SPF_OF[name] for name in providers if name in SPF_OF]
    own = ["mx"] if "smtp" in providers else []
    fresh = Record(name=domain, type="TXT", value=" ".join(["v=spf1", *own, *wanted, "~all"]))
    try:
        found = texts(domain, "v=spf1")
        if not found:
            return Finding(
                check="spf",
                ok=False,
                detail="There is no SPF record: nobody knows who may send for the domain.",
                record=fresh,
            )
        if len(found) > 1:
            return Finding(
                check="spf",
                ok=False,
                detail=f"There are {len(found)} SPF records, which counts as none. Write one.",
                record=_joined(domain, found),
            )
        lookups = _lookups(domain, found[0], set())
    except Unanswered as error:
        return unanswered("spf", error)
    terms = found[0].lower().split()
    lacking = [term for term in wanted if term not in terms]
    if lacking:
        value = " ".join([*terms[:1], *lacking, *terms[1:]])
        return Finding(
            check="spf",
            ok=False,
            detail=f"The record does not name {', '.join(lacking)}.",
            record=Record(name=domain, type="TXT", value=value),
        )
    if lookups > _MOST_LOOKUPS:
        return Finding(
            check="spf",
            ok=False,
            detail=f"The record needs {lookups} look-ups, ten are allowed. Replace `include:` of services that you left.",
        )
    if terms[-1] not in ("-all", "~all") and not any(term.startswith("redirect=") for term in terms):
        value = " ".join([*(term for term in terms if term.lstrip("+-~?") != "all"), "~all"])
        return Finding(
            check="spf",
            ok=False,
            detail="The record lets everybody send: it must end in ~all or -all.",
            record=Record(name=domain, type="TXT", value=value),
        )
    return Finding(check="spf", ok=True, detail=f"{lookups} look-ups: {found[0]}")


def dkim(domain: str, selectors: Sequence[str]) -> Finding:
    """A public key under one of the selectors, of at least 1,024 bits."""
    asked, silent = selectors or USUAL_SELECTORS, ""
    weak: list[str] = []
    for selector in asked:
        try:
            found = texts(f"{selector}._domainkey.{domain}", "")
        except Unanswered as error:
            silent = str(error)
            continue
        for text in found:
            bits = _bits(text)
            if bits >= _SHORTEST_KEY:
                return Finding(
                    check="dkim", ok=True, detail=f"{selector}._domainkey has a key of {bits} bits."
                )
            if bits or "p=" in text:
                weak.append(
                    f"{selector}._domainkey has {f'a key of {bits} bits' if bits else 'a key that was revoked or cannot be read'}"
                )
    if silent and not weak:
        return unanswered("dkim", Unanswered(silent))
    record = Record(
        name=f"{asked[0]}._domainkey.{domain}", type="TXT", value="v=DKIM1; k=rsa; p=(the public key, 2048 bits, that your mail server or provider shows)"
    )  # fmt: skip
    detail = (
        "; ".join(weak) or f"No key under {', '.join(asked)}. Name yours by --selector, or set signing up."
    )
    return Finding(check="dkim", ok=False, detail=detail, record=record)


def dmarc(domain: str) -> Finding:
    """A policy of the domain or of one above it; Gmail and Yahoo ask for at least p=none."""
    fresh = Record(name=f"_dmarc.{domain}", type="TXT", value=f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}")
    try:
        for name in _upward(domain):
            found = texts(f"_dmarc.{name}", "v=dmarc1")
            if len(found) > 1:
                return Finding(
                    check="dmarc",
                    ok=False,
                    detail=f"_dmarc.{name} has {len(found)} records, which counts as none. Write one.",
                    record=fresh,
                )
            if found:
                return _policy(name, found[0], fresh)
    except Unanswered as error:
        return unanswered("dmarc", error)
    return Finding(
        check="dmarc",
        ok=False,
        detail="There is no DMARC record: Gmail and Yahoo refuse bulk mail without one.",
        record=fresh,
    )


def _policy(name: str, text: str, fresh: Record) -> Finding:
    tags = dict(part.strip().partition("=")[::2] for part in text.split(";") if "=" in part)
    policy = tags.get("p", "").strip().lower()
    if policy not in ("none", "quarantine", "reject"):
        return Finding(
            check="dmarc", ok=False, detail=f"_dmarc.{name} has no valid p=: {text[:120]}", record=fresh
        )
    reports = "" if tags.get("rua") else " Nobody gets its reports: add rua=mailto:…"
    return Finding(check="dmarc", ok=True, detail=f"_dmarc.{name} says p={policy}.{reports}")


def _lookups(domain: str, text: str, seen: set[str]) -> int:
    """How many look-ups the record needs, with those of what it includes; more than ten are not counted on."""
    count = 0
    for mechanism, target in _mechanisms(text):
        if mechanism not in _LOOKS_UP or count > _MOST_LOOKUPS:
            continue
        count += 1
        if (
            mechanism in ("include", "redirect")
            and target
            and target not in seen
            and len(seen) <= _MOST_LOOKUPS
        ):
            seen.add(target)
            for inner in texts(target, "v=spf1")[:1]:
                count += _lookups(target, inner, seen)
    return count


def _mechanisms(text: str) -> Iterator[tuple[str, str]]:
    for term in text.lower().split()[1:]:
        name, colon, target = term.lstrip("+-~?").replace("=", ":", 1).partition(":")
        yield name.partition("/")[0], target if colon else ""


def _joined(domain: str, found: Iterable[str]) -> Record:
    terms = [term for text in found for term in text.split()[1:] if term.lstrip("+-~?").lower() != "all"]
    return Record(name=domain, type="TXT", value=" ".join(["v=spf1", *dict.fromkeys(terms), "~all"]))


def _bits(text: str) -> int:
    """The size of the key in a DKIM record; 0 where there is none. An Ed25519 key (RFC 8463) counts as 2,048."""
    tags = dict(part.strip().partition("=")[::2] for part in text.split(";") if "=" in part)
    try:
        raw = base64.b64decode("".join(tags.get("p", "").split()), validate=True)
        if tags.get("k", "rsa").strip().lower() == "ed25519":
            return 2048 if len(raw) == 32 else 0
        key = load_der_public_key(raw) if raw else None
    except (ValueError, binascii.Error, TypeError):
        return 0
    return key.key_size if isinstance(key, RSAPublicKey) else 0


def _upward(domain: str) -> Iterator[str]:
    """The domain, and those above it that have at least two labels."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])
