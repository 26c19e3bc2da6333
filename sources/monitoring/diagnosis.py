"""Diagnoses a source from facts, with advice in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline import patterns
from pipeline.contract.quality import grade
from sources.enums import Health, RunState
from sources.queries.quality import Worth

#: After so many failures in a row a source counts as failing, and an alert is raised; fewer are normal.
FAILURES_TO_ALERT: Final = 3
#: From so many good runs in 30 days on, it is known what is usual for a source.
ENOUGH_RUNS: Final = 5
#: Far below the usual: less than this share of the median, if that is this many events at least.
LOW_SHARE: Final = 1 / 3
LOW_MEDIAN: Final = 5
#: Far above the usual: so much more of the events dropped, and so many at least.
DROP_MORE: Final = 0.3
DROP_COUNT: Final = 5
#: A drop in quality: so much (0 to 1) below the usual, and a grade lower.
WORSE: Final = 0.1

#: The remedies by the run's error code; a status or a word of the detail refines them.
REMEDIES: Final[Mapping[str, str]] = {
    "address refused": "Its address is not a public one, or not one that may be fetched. Correct the address in its configuration.",
    "opted out": "Its owner asked not to be fetched any more (Opt-outs in the admin). Switch the source off, or ask the owner.",
    "robots refused": "Its robots.txt does not want us there. Ask the site for permission or for a feed, or switch the source off.",
    "site refused": "The site wants no robots. Ask it for permission or for a feed, or switch the source off; nothing is done to get around it.",
    "client refused": "The site does not take the request. Open the address in a browser and correct the configuration.",
    "client refused 401": "It asks for a key, or does not take ours. Give the source a credential or replace it, then check it.",
    "client refused 403": "The site refuses us. See whether the key may fetch this; without a key ask the site, or switch the source off.",
    "client refused 404": "Nothing is at its address any more. Look up the new address and correct the configuration.",
    "client refused 410": "What was at its address is gone for good. Look for another source, and switch this one off.",
    "client refused 451": "The site may not show this here for legal reasons. Switch the source off.",
    "login failed": "The site did not let us in. Correct the user name and password of its credential.",
    "rate limited": "We ask more often than we may. Raise the minutes of its schedule, or lower its rate limit to what the platform grants.",
    "quota spent": "The key's quota is used up; it goes on by itself when the next window begins. Ask less often, or ask the platform for more.",
    "timed out": "The site answers too slowly. It is tried again by itself; if it stays so, ask less often or at another hour.",
    "connect failed": "The site could not be reached. It is tried again by itself; if it stays so, see whether the site still exists.",
    "connect failed name": "Its host name is not known. Look for a misspelling, or for the site's new name.",
    "connect failed certificate": "Its certificate is not valid. Tell the site's owner; look whether it has another address.",
    "bad answer": "The answer is no valid HTTP. It is tried again by itself; if it stays so, tell the site's owner.",
    "server failed": "The site has an error of its own. It is tried again by itself; if it stays so, tell the site's owner.",
    "circuit open": "Its host failed so often that it is left alone for a while. It is tried again by itself.",
    "too large": "The answer is larger than the source may send. Ask for less (a shorter window, one page), or raise its maximum of bytes.",
    "too many redirects": "Its address leads in a circle. Open it in a browser and configure the address where it ends.",
    "schema changed": "The answer has another shape than its connector reads. Look at the last answer in the source lab; adjust the field map or "
    "the selectors, or let the connector be mended and replay.",
    "ConfigInvalid": "Its configuration is not understood. Correct the field that is named.",
    "CredentialsMissing": "It has no key. Set the variable that is named and restart, or give the source a credential.",
    "UnknownConnector": "Its connector does not exist. Choose another one.",
    "StepBroken": "A step of ours failed on all of it. Look at the log of the run; it is a defect of ours.",
    "stuck": "The worker died in the middle of the run. It is tried again by itself; if it stays so, look at the worker's log and memory.",
    "too much memory": "Its pages take more memory than a crawl may. Lower the number of pages or scrolls.",
    "crawl failed": "The browser or the spider broke off. It is tried again by itself; if it stays so, look at the run's log.",
    "no renderer": "Its page is built by scripts, and no browser is at hand. Install Chromium, or set a key of a rendering service.",
    "proxies down": "None of the outgoing proxies works. Look at PROXY_POOL.",
}
_UNKNOWN: Final = "Look at the log of the run; it may be a defect of ours."
#: Codes by which a site refuses us or this kind of access: retrying is useless.
_REFUSALS: Final = frozenset(
    {"address refused", "robots refused", "client refused", "site refused", "login failed"}
)
_THROTTLES: Final = frozenset({"rate limited", "quota spent"})
_STATUS: Final = patterns.compile(r"\b(4\d\d)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """The facts about a source.

    `paused` is why it is paused, '' where it is not; `lacking` names the variables of a missing key. Of the
    last run: `state` ('' where there is none), `code` and `detail` of its error, `found`, `drop_share` (0 to
    1), `dropped`, `throttled` (requests that the site delayed). `usual_found` and `usual_drop_share` are
    medians of `usual_runs` good runs. `comparable` is False where the last answer was unchanged or only a
    part was fetched.
    """

    active: bool
    paused: str = ""
    lacking: tuple[str, ...] = ()
    failures: int = 0
    state: str = ""
    code: str = ""
    detail: str = ""
    found: int = 0
    drop_share: float = 0.0
    dropped: int = 0
    throttled: int = 0
    usual_found: float = 0.0
    usual_drop_share: float = 0.0
    usual_runs: int = 0
    comparable: bool = True
    quality: Worth | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A source's health, and what is wrong and what to do ('' where all is well)."""

    health: Health
    detail: str = ""


def judge(facts: Facts) -> Verdict:
    """The verdict on the source.

    Obstacles to fetching come first, then the end of its last run, then the comparison with the usual.
    """
    if facts.lacking:
        return Verdict(
            Health.NEEDS_KEY,
            f"Set {' and '.join(facts.lacking)} and restart, or give the source a credential; then switch it on.",
        )
    if not facts.active:
        return Verdict(Health.SLEEPING, "Switched off.")
    if facts.paused:
        return Verdict(Health.SLEEPING, facts.paused)
    if not facts.state:
        return Verdict(Health.SLEEPING, "Not asked yet.")
    if facts.state == RunState.QUARANTINED:
        return Verdict(
            Health.QUARANTINED, f"{_sentence(facts.detail)} Accept or discard the run in the review queue."
        )
    if facts.state in (RunState.FAILED, RunState.REFUSED):
        return _failed(facts)
    return _unusual(facts)


def remedy(code: str, detail: str) -> str:
    """The remedy for a run that ended with this error."""
    exact = _STATUS.search(detail) if code == "client refused" else None
    if exact and f"{code} {exact[1]}" in REMEDIES:
        return REMEDIES[f"{code} {exact[1]}"]
    if code == "connect failed" and "certificate" in detail.lower():
        return REMEDIES["connect failed certificate"]
    if code == "connect failed" and ("resolve" in detail or "has no address" in detail):
        return REMEDIES["connect failed name"]
    return REMEDIES.get(code, _UNKNOWN)


def _failed(facts: Facts) -> Verdict:
    words = f"{_sentence(facts.detail)} {remedy(facts.code, facts.detail)}"
    if facts.code == "CredentialsMissing":
        return Verdict(Health.NEEDS_KEY, words)
    if facts.code in _REFUSALS:
        return Verdict(Health.REFUSED, words)
    if facts.code in _THROTTLES and facts.failures < FAILURES_TO_ALERT:
        return Verdict(Health.DEGRADED, words)
    if facts.failures >= FAILURES_TO_ALERT:
        return Verdict(Health.FAILING, f"{facts.failures} failures in a row. {words}")
    return Verdict(Health.DEGRADED, words)


def _unusual(facts: Facts) -> Verdict:
    if facts.throttled:
        times = "once" if facts.throttled == 1 else f"{facts.throttled} times"
        return Verdict(
            Health.DEGRADED, f"The site asked us to wait, {times} in one run. {REMEDIES['rate limited']}"
        )
    is_known = facts.comparable and facts.usual_runs >= ENOUGH_RUNS
    if is_known and facts.usual_found >= LOW_MEDIAN and facts.found < LOW_SHARE * facts.usual_found:
        return Verdict(
            Health.DEGRADED,
            f"It found {facts.found} events where {facts.usual_found:.0f} are usual. Look at its page and at the last answer in the source lab.",
        )
    if is_known and facts.dropped >= DROP_COUNT and facts.drop_share > facts.usual_drop_share + DROP_MORE:
        return Verdict(
            Health.DEGRADED,
            f"{facts.drop_share:.0%} of its events were dropped where {facts.usual_drop_share:.0%} are usual. The run says why; adjust the field map.",
        )
    worth = facts.quality
    if (
        worth is not None
        and worth.runs >= ENOUGH_RUNS
        and worth.usual - worth.mean >= WORSE
        and grade(worth.mean) != grade(worth.usual)
    ):
        return Verdict(Health.DEGRADED, _worsened(worth))
    return Verdict(Health.HEALTHY)


def _worsened(worth: Worth) -> str:
    words = f"Its quality fell to {worth.mean:.2f} ({grade(worth.mean)}) where {worth.usual:.2f} ({grade(worth.usual)}) is usual."
    if not worth.remedy:
        return words
    return f"{words} {worth.count} of {worth.events} events lack the same: {worth.remedy} Look at its last answer in the source lab."


def _sentence(text: str) -> str:
    """One line that ends with a period."""
    line = " ".join(text.split())[:250]
    return line if not line or line[-1] in ".!?" else f"{line}."
