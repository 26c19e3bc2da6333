"""What a notice says, in the present language."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from accounts.site.browsers import browser_name
from events.words import calendar_day, clock
from notices import quality
from notices.enums import Channel, Kind
from notices.models import Notice
from notices.news.changed import REMOVED
from notices.records import Words
from pipeline.dates.event_times import zone_or_utc

_Facts = Mapping[str, Any]


def language_of(notice: Notice) -> str:
    """The language in which the person of a notice is told."""
    said = notice.user.language if notice.user is not None else notice.language
    return said or settings.LANGUAGE_CODE


def words_of(notice: Notice) -> Words:
    """The words of a notice in the present language."""
    return _SAID[Kind(notice.kind)](notice.facts)


def channel_words(channel: Channel) -> str:
    """A channel in a word or two."""
    return {Channel.MAIL: gettext("Mail"), Channel.PUSH: gettext("Push")}[channel]


def _registration(facts: _Facts) -> Words:
    is_waiting = facts["state"] == "waiting"
    title = (
        gettext("You are on the waitlist: {title}") if is_waiting else gettext("You are registered: {title}")
    )
    return _about_event(facts, title, path="/registrations/", button=gettext("Your registrations"))


def _offer(facts: _Facts) -> Words:
    until = _when({**facts, "start": facts["until"], "timed": True})
    lines = (
        gettext("It is yours if you take it by {until}. After that the next one gets it.").format(
            until=until
        ),
    )
    return _about_event(
        facts, gettext("A place is free: {title}"), lines, path="/registrations/", button=gettext("Take the place")
    )  # fmt: skip


def _reminder(facts: _Facts) -> Words:
    title = {
        "2": gettext("In two hours: {title}"),
        "24": gettext("In a day: {title}"),
    }.get(facts["before"], gettext("Tomorrow: {title}"))
    return _about_event(facts, title)


def _change(facts: _Facts) -> Words:
    now = facts["now"]
    title = gettext("Changed: {title}")
    lines: tuple[str, ...] = ()
    if "status" in now:
        title = _STATUS.get(now["status"], lambda: gettext("It takes place after all: {title}"))()
    elif "start" in now:
        title = gettext("New time: {title}")
        was = _when({**facts, "start": facts["before"]["start"]})
        lines = (gettext("It was to begin: {when}").format(when=was),)
    elif "venue" in now:
        title = gettext("New place: {title}")
        lines = (gettext("It was to be here: {where}").format(where=facts["before"]["venue"]),)
    return _about_event(facts, title, lines)


def _search(facts: _Facts) -> Words:
    count, names = facts["count"], ", ".join(facts["names"])
    title = ngettext("{count} new event: {names}", "{count} new events: {names}", count)
    lines = _listed(facts)
    return Words(
        title=title.format(count=count, names=names), lines=lines, path="/me/searches/", button=gettext("Saved searches")
    )  # fmt: skip


def _follow(facts: _Facts) -> Words:
    count, names = facts["count"], ", ".join(facts["names"])
    title = ngettext("{count} new event of what you follow: {names}", "{count} new events of what you follow: {names}", count)  # fmt: skip
    first = facts["events"][0]["path"] if count == 1 and facts["events"] else "/for-me/"
    return Words(
        title=title.format(count=count, names=names), lines=_listed(facts), path=first, button=gettext("See it")
    )  # fmt: skip


def _submission(facts: _Facts) -> Words:
    title = gettext("Your event is listed: {title}")
    lines = (gettext("Everybody can see it now."),)
    if facts["verdict"] != "listed":
        title = gettext("Your event is not listed: {title}")
        lines = (gettext("The page of your event says why, and how you can object."),)
    return Words(
        title=title.format(title=facts["title"]), lines=lines, path=facts["path"], button=gettext("See your event")
    )  # fmt: skip


def _message(facts: _Facts) -> Words:
    title = gettext("{title}: its organizer writes")
    return _about_event(facts, title, (facts["said"],))


def _sign_in(facts: _Facts) -> Words:
    who = facts["client"] if facts["is_api"] else browser_name(facts["client"])
    at = f"{date_format(datetime.fromisoformat(facts['at']), 'j M Y, H:i')} UTC"
    return Words(
        title=gettext("New sign-in to your account"),
        lines=(
            gettext("{client}, {at}").format(client=who or gettext("an unknown program"), at=at),
            gettext("If it was not you, change your password and end the other sessions."),
        ),
        path="/accounts/sessions/",
        button=gettext("See your sessions"),
    )


def _queue(facts: _Facts) -> Words:
    count, soon = facts["count"], facts["soon"]
    title = ngettext(
        "{count} question waits for a moderator", "{count} questions wait for a moderator", count
    )
    lines = []
    if soon:
        line = ngettext("{count} is about an event that begins within a day.", "{count} are about events that begin within a day.", soon)  # fmt: skip
        lines.append(line.format(count=soon))
    since = date_format(datetime.fromisoformat(facts["oldest"]), "j M Y")
    lines.append(gettext("The oldest is of {day}.").format(day=since))
    return Words(
        title=title.format(count=count),
        lines=tuple(lines),
        path=facts["path"],
        button=gettext("See what waits"),
    )


def _alert(facts: _Facts) -> Words:
    """Alerts are English wherever they are told."""
    lines, count = facts["lines"], facts["count"]
    title = lines[0] if count == 1 else ngettext("{count} alert", "{count} alerts", count).format(count=count)
    return Words(title=title, lines=tuple(lines) if count > 1 else (), path=facts["path"], button=gettext("See the sources"))  # fmt: skip


def _about_event(
    facts: _Facts, title: str, lines: tuple[str, ...] = (), *, path: str = "", button: str = ""
) -> Words:
    where = ", ".join(filter(None, [_when(facts), facts["where"]]))
    return Words(
        title=title.format(title=facts["title"]), lines=(where, *lines), path=path or facts["path"],
        button=button or gettext("See the event"),
    )  # fmt: skip


def _quality(facts: _Facts) -> Words:
    title = ngettext(
        "The week of {count} source: {new} new events", "The week of {count} sources: {new} new events", facts["count"]
    )  # fmt: skip
    return Words(
        title=title.format(count=facts["count"], new=facts["new"]), lines=(quality.summary(facts),), path=facts["path"], button=gettext("See the sources")
    )  # fmt: skip


def _when(facts: _Facts) -> str:
    """`Sat 12 Dec, 20:00`, local to the event."""
    start = datetime.fromisoformat(facts["start"]).astimezone(zone_or_utc(facts["zone"]))
    day = calendar_day(start.date(), today=start.date())
    return f"{day}, {clock(start)}" if facts["timed"] else day


def _listed(facts: _Facts) -> tuple[str, ...]:
    """A line for each named event, and how many more there are."""
    lines = [
        f"{each['title']} · {_when(each)}" if "zone" in each else each["title"] for each in facts["events"]
    ]
    more = facts["count"] - len(lines)
    if more > 0:
        lines.append(ngettext("and {count} more", "and {count} more", more).format(count=more))
    return tuple(lines)


_STATUS: Final[Mapping[str, Callable[[], str]]] = {
    "cancelled": lambda: gettext("It does not take place: {title}"),
    "postponed": lambda: gettext("Postponed: {title}"),
    "moved_online": lambda: gettext("It takes place online: {title}"),
    REMOVED: lambda: gettext("No longer listed: {title}"),
}
_SAID: Final[Mapping[Kind, Callable[[_Facts], Words]]] = {
    Kind.REGISTRATION: _registration,
    Kind.OFFER: _offer,
    Kind.REMINDER: _reminder,
    Kind.CHANGE: _change,
    Kind.SEARCH: _search,
    Kind.FOLLOW: _follow,
    Kind.SUBMISSION: _submission,
    Kind.MESSAGE: _message,
    Kind.SIGN_IN: _sign_in,
    Kind.QUEUE: _queue,
    Kind.ALERT: _alert,
    Kind.QUALITY: _quality,
}
