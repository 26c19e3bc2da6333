"""From where a visitor came: one word of a bounded set, by the referrer's host or `utm_source`, which are not kept. Pure."""

from collections.abc import Collection, Mapping
from typing import Final

from events.enums import VisitSource as S

#: What is known of the embedded lists and pages: the page says it instead of a host.
EMBED: Final = "embed"
#: The query of links in our mails: mail programs send no referrer. It is the same for everybody, so it tells of nobody.
BY_MAIL: Final = "utm_source=email"
_HOSTS: Final[Mapping[S, tuple[str, ...]]] = {
    S.MAIL: (
        "mail.google.com", "outlook.live.com", "outlook.office.com", "outlook.office365.com", "mail.yahoo.com", "mail.proton.me", "mail.zoho.com",
        "mail.aol.com", "fastmail.com", "com.google.android.gm", "navigator-bs.gmx.net", "deref-gmx.net", "deref-web.de",
    ),
    S.SEARCH: (
        "bing.com", "duckduckgo.com", "ecosia.org", "search.yahoo.com", "baidu.com", "startpage.com", "kagi.com", "qwant.com", "search.brave.com",
        "naver.com", "seznam.cz", "com.google.android.googlequicksearchbox",
    ),
    S.FACEBOOK: ("facebook.com", "fb.com", "fb.me", "messenger.com"),
    S.INSTAGRAM: ("instagram.com",),
    S.THREADS: ("threads.net", "threads.com"),
    S.WHATSAPP: ("whatsapp.com", "wa.me", "com.whatsapp"),
    S.X: ("x.com", "twitter.com", "t.co"),
    S.BLUESKY: ("bsky.app",),
    S.MASTODON: ("mastodon.social", "mastodon.online", "mstdn.social", "mas.to", "joinmastodon.org"),
    S.REDDIT: ("reddit.com", "redd.it"),
    S.YOUTUBE: ("youtube.com", "youtu.be"),
    S.TIKTOK: ("tiktok.com",),
    S.LINKEDIN: ("linkedin.com", "lnkd.in"),
    S.TELEGRAM: ("telegram.org", "t.me", "org.telegram.messenger"),
    S.DISCORD: ("discord.com", "discordapp.com"),
    S.PINTEREST: ("pinterest.com", "pin.it"),
}  # fmt: skip
_BY_HOST: Final = {host: source for source, hosts in _HOSTS.items() for host in hosts}
#: First labels of sites with an address in each country: google.co.in, yandex.ru, pinterest.de.
_BY_LABEL: Final = {"google": S.SEARCH, "yandex": S.SEARCH, "pinterest": S.PINTEREST}
#: What people write into `utm_source`, beside the words themselves.
_BY_TAG: Final = {
    "email": S.MAIL,
    "newsletter": S.MAIL,
    "twitter": S.X,
    "google": S.SEARCH,
    "bing": S.SEARCH,
    "ig": S.INSTAGRAM,
    "fb": S.FACEBOOK,
}
_MOST_LABELS: Final = 8


def source_of(host: str, tag: str = "", *, own: Collection[str] = ()) -> S:
    """The source of a visit: `tag` (`utm_source`) before the referrer's host, '' for none. `own` are the site's hosts."""
    if tag := tag.strip().casefold():
        known = {one.value: one for one in S}
        return _BY_TAG.get(tag) or known.get(tag, S.OTHER)
    host = host.strip().casefold().rstrip(".").removeprefix("www.")
    if not host:
        return S.DIRECT
    if host == EMBED:
        return S.EMBED
    if host in {one.removeprefix("www.") for one in own}:
        return S.OWN
    labels = host.split(".")[-_MOST_LABELS:]
    for first in range(len(labels)):
        if found := _BY_HOST.get(".".join(labels[first:])):
            return found
    country = 3 if len(labels) > 2 and len(labels[-2]) <= 3 else 2
    return _BY_LABEL.get(labels[-country], S.OTHER) if len(labels) >= country else S.OTHER
