"""Misleading links.

Dangerous targets, shortened targets, and link text that names another site than the target. Links are judged
by their form alone (RFC 3986); refinement sends no requests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from pipeline import patterns
from pipeline.budget import paused
from pipeline.characters import unescape
from pipeline.contract.normalized import NormalizedEvent
from pipeline.refinement.checks.disguise import LOOK_ALIKES
from pipeline.text.words import plain

if TYPE_CHECKING:
    from tldextract import TLDExtract

#: URL shorteners.
SHORTENERS: Final = frozenset((
    "bit.ly", "bitly.com", "tinyurl.com", "goo.gl", "t.co", "ow.ly", "is.gd", "v.gd", "buff.ly", "rebrand.ly", "cutt.ly",
    "shorturl.at", "rb.gy", "t.ly", "tiny.cc", "bl.ink", "soo.gd", "s.id", "lnkd.in", "adf.ly", "bc.vc", "ouo.io",
    "shorte.st", "clck.ru", "u.to", "x.co", "qr.ae", "dlvr.it", "snip.ly", "short.io", "t2m.io", "tiny.one", "urlz.fr",
    "lc.chat", "mcaf.ee",
))  # fmt: skip
#: Hosts that redirect by nature (mail tools, safe-link gates, search engines): the link text names the true
#: target.
REDIRECTORS: Final = (
    "list-manage.com", "safelinks.protection.outlook.com", "google.com", "constantcontact.com", "rs6.net", "urldefense.com", "urldefense.proofpoint.com",
    "l.facebook.com", "lm.facebook.com", "facebook.com", "sendgrid.net", "mailchi.mp", "youtube.com", "out.reddit.com", "duckduckgo.com", "hubspotlinks.com",
)  # fmt: skip
#: Names that phishing imitates for their logins, each with its genuine hosts.
IMITATED: Final = {
    "paypal": ("paypal.com", "paypal.me"), "google": ("google.com", "goo.gl", "google"), "facebook": ("facebook.com", "fb.com"),
    "instagram": ("instagram.com",), "microsoft": ("microsoft.com",), "apple": ("apple.com",), "icloud": ("icloud.com",), "amazon": ("amazon.com",),
    "netflix": ("netflix.com",), "whatsapp": ("whatsapp.com",), "telegram": ("telegram.org", "telegram.me"), "linkedin": ("linkedin.com",),
    "coinbase": ("coinbase.com",), "binance": ("binance.com",), "stripe": ("stripe.com",), "eventbrite": ("eventbrite.com",),
    "ticketmaster": ("ticketmaster.com",), "meetup": ("meetup.com",), "bookmyshow": ("bookmyshow.com",), "razorpay": ("razorpay.com",), "paytm": ("paytm.com",),
}  # fmt: skip
#: Endings of files that a browser saves and a system runs. The longest host name (RFC 1035), and how much of
#: a link's text is read.
_MAX_HOST: Final = 253
_MAX_WORDS: Final = 300
_PROGRAMS: Final = patterns.compile(
    r"\.(?:exe|scr|apk|bat|cmd|msi|jar|vbs|ps1|dmg|hta|pif|lnk)$", patterns.IGNORECASE
)
_SCHEMES: Final = frozenset({"javascript", "data", "vbscript", "file", "blob"})
_ANCHOR: Final = patterns.compile(
    r"<a\b(?>[^<>]*?\bhref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s<>]++)))[^<>]*+>(.{0,500}?)</a>",
    patterns.IGNORECASE | patterns.DOTALL,
)
_BARE: Final = patterns.compile(r"\bhttps?://[^\s<>\"')\]]+", patterns.IGNORECASE)
_NAMED: Final = patterns.compile(
    r"^(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,24})(?:[/?#:]\S*)?$", patterns.IGNORECASE, longest=_MAX_WORDS
)
#: An address in any spelling that a browser takes: 203.0.113.7, 0x7f.1, 017700000001, 2130706433, [::1].
_NUMERIC: Final = patterns.compile(
    r"^(?:(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}|[0-9a-f:]*:[0-9a-f:.]*)$",
    patterns.IGNORECASE,
    longest=_MAX_HOST,
)
_UNSEEN: Final = patterns.compile(r"[\x00-\x20\x7f]")
#: A site that is named within a link's text.
_SAID: Final = patterns.compile(
    r"(?:https?://|\bwww\.)((?:[a-z0-9-]+\.)+[a-z]{2,24})", patterns.IGNORECASE, longest=_MAX_WORDS
)
_DIGITS: Final = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s"})
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Link:
    """The target of a link and its text ('' for a field of the event)."""

    url: str
    text: str = ""


def links_of(event: NormalizedEvent) -> list[Link]:
    """The links of an event: its own fields first, then those of its description.

    At most 60, each pair of target and text once.
    """
    fields = (event.url, event.ticket_url, event.online_url, event.organizer.url if event.organizer else "")
    found = dict.fromkeys(Link(url) for url in fields if url)
    for link in _in_description(event.description):
        if len(found) >= _MOST:
            break
        found.setdefault(link)
    return list(found)


def malicious(link: Link, bad_hosts: frozenset[int] = frozenset()) -> str:
    """Why the link is dangerous, as a phrase, or ''.

    `bad_hosts` holds hashes of known spam hosts (`host_hash`).
    """
    url = _UNSEEN.sub("", link.url)  # browsers drop these too: "java<tab>script:"
    try:
        parts = urlsplit(url)
        host, port, userinfo = (parts.hostname or "").rstrip("."), parts.port, parts.username
    except ValueError:
        return "a link cannot be read"
    if "\\" in parts.netloc:
        return "a link is written so that programs read different targets in it"
    if parts.scheme.lower() in _SCHEMES:
        return f"a link runs {parts.scheme.lower()}: instead of leading somewhere"
    if userinfo is not None and parts.scheme in ("http", "https"):
        return f"a link hides its target {host} behind a user name"
    if _NUMERIC.match(host):
        return f"a link leads to the bare address {host}"
    if _PROGRAMS.search(parts.path):
        return f"a link at {host} downloads a program"
    if port not in (None, 80, 443, 8000, 8080, 8443):
        return f"a link leads to the unusual port {port} of {host}"
    return _bad_host(host, bad_hosts) or _leads_badly(url, bad_hosts)


def shortened(link: Link) -> str:
    """Why the link hides its target, or ''."""
    host = host_of(link.url)
    return f"a link is shortened by {host}" if host in SHORTENERS else ""


def mismatched(link: Link) -> str:
    """Why the link text names another site than the target, or ''.

    A redirector that carries the named site in its address is no mismatch.
    """
    named = _NAMED.match(link.text.strip()) or _SAID.search(link.text)
    if not named:
        return ""
    shown, target = named[1].lower(), _final_host(link.url)
    if not target or _same_owner(shown, target) or target in SHORTENERS or _leads_on(target):
        return ""
    return f"a link says {shown} and leads to {target}"


def host_of(url: str) -> str:
    """The host of `url` in lower case without "www.", or '' where there is none or it cannot be parsed."""
    try:
        host = (urlsplit(url.strip()).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""
    return host if len(host) <= _MAX_HOST else ""


def site_of(host: str) -> str:
    """The part of a host that has one owner, by the Public Suffix List: one label more than its suffix.

    Suffixes where anybody gets a name ("github.io") count. A suffix that is not in the list is one label; a
    number has one owner.
    """
    host = host.lower().rstrip(".")
    owned = _suffixes().extract_str(host).top_domain_under_public_suffix
    return owned or (host if _NUMERIC.match(host) else ".".join(host.split(".")[-2:]))


@cache
@paused()
def _suffixes() -> "TLDExtract":
    """The list that the package brings along; it is never fetched (0.2 s once per process)."""
    from tldextract import TLDExtract

    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def host_hash(host: str) -> int:
    """A host as 64 bits, so that lists of bad hosts can ship as numbers."""
    return int.from_bytes(blake2b(host.lower().strip(".").encode(), digest_size=8).digest(), "big")


def _bad_host(host: str, bad_hosts: frozenset[int]) -> str:
    labels = host[-_MAX_HOST:].split(".")
    if bad_hosts and any(
        host_hash(".".join(labels[start:])) in bad_hosts for start in range(len(labels) - 1)
    ):
        return f"a link leads to {host}, known for spam"
    shown = [_shown(label) for label in labels]
    if shown[-1].isascii() and any(_mixes_scripts(label) for label in shown):
        return f"a link leads to {host}, a name that imitates Latin letters"
    imitated = _imitated(".".join(shown))
    return f"a link leads to {host}, which imitates {imitated}" if imitated else ""


def _shown(label: str) -> str:
    """The label as a browser may show it, or the label itself where it cannot be decoded."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _mixes_scripts(label: str) -> bool:
    """Whether a label mixes Latin with Cyrillic or Greek letters, or consists of their look-alikes (UTS 39)."""
    if not any("\u0370" <= letter <= "\u052f" for letter in label):
        return False
    read = label.translate(LOOK_ALIKES)
    return any("a" <= letter <= "z" for letter in label) or read.isascii()


def _imitated(host: str) -> str:
    """The well-known host that `host` imitates, or ''.

    By look-alikes or digits in its name, or as a part of another's host ("paypal.com.verify.example").
    """
    owner = site_of(host)
    first = owner.partition(".")[0]
    plain_name = first.translate(LOOK_ALIKES).translate(_DIGITS)
    for name, hosts in IMITATED.items():
        if first != name and plain_name == name:
            return hosts[0]
        inner = host.removesuffix(owner)
        if f"{name}.com." in f".{inner}" and first != name:
            return hosts[0]
    return ""


def _leads_badly(url: str, bad_hosts: frozenset[int]) -> str:
    """Why the target of a redirector is dangerous, or ''. Only one redirection is followed, not a chain."""
    target = _carried(url)
    if not target:
        return ""
    if target.lower().startswith(tuple(f"{scheme}:" for scheme in _SCHEMES)):
        return f"a link leads on to {target.partition(':')[0].lower()}:"
    host = host_of(target)
    if _NUMERIC.match(host):
        return f"a link leads on to the bare address {host}"
    return _bad_host(host, bad_hosts)


def _final_host(url: str) -> str:
    """The host of `url`, or of the address that it carries as a parameter, as redirectors do."""
    return host_of(_carried(url)) or host_of(url)


def _carried(url: str) -> str:
    """The address that `url` carries as a parameter, or ''."""
    try:
        query = parse_qs(urlsplit(url).query)
    except ValueError:
        return ""
    for name in (
        "url",
        "u",
        "q",
        "target",
        "dest",
        "redirect",
        "redirect_url",
        "redirect_uri",
        "next",
        "goto",
        "to",
        "link",
    ):
        for value in query.get(name, ()):
            if value.startswith(("http://", "https://", "//", "javascript:", "data:")):
                return f"https:{value}" if value.startswith("//") else value
    return ""


def _same_owner(shown: str, target: str) -> bool:
    """Whether both hosts have one owner.

    They do on the same site, or with the same name in another country ("bbc.co.uk" and "bbc.com") unless that
    name is often imitated.
    """
    first, other = site_of(shown), site_of(target)
    name = first.partition(".")[0]
    return first == other or (name == other.partition(".")[0] and name not in IMITATED)


def _leads_on(host: str) -> bool:
    return any(host == known or host.endswith("." + known) for known in REDIRECTORS)


def _in_description(description: str) -> Iterator[Link]:
    rest = description
    if "<a" in description.lower():
        for double, single, bare, text in _ANCHOR.findall(description):
            yield Link(unescape(double or single or bare), " ".join(plain(text).split())[:_MAX_WORDS])
        rest = _ANCHOR.sub(" ", description)
    for url in _BARE.findall(plain(rest)):
        yield Link(url.rstrip(".,;:!?"))
