"""Signs of an intrusion, by what is recorded anyway: guesses at passwords, and exports of data."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from accounts.enums import Guesser
from accounts.models import GuessCount
from accounts.throttling import RULES
from audit.enums import Action
from audit.models import Entry
from sources.monitoring.alerts import raise_alert, resolve

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
#: Before this day, what is usual is learnt from so many days.
LEARNT_FROM: Final = 28
#: Accounts at which wrong passwords were tried within an hour.
ACCOUNTS: Final = 50
#: Exports of a day: so many are nothing, and so many times the usual number are out of it.
EXPORTS_LEAST, EXPORTS_TIMES = 10, 3
_EXPORTS: Final = (Action.PERSONAL_DATA_EXPORTED, Action.REGISTRATIONS_EXPORTED, Action.LOG_EXPORTED)
AT_ONE: Final = "signs:guesses at one account"
AT_MANY: Final = "signs:guesses at many accounts"
EXPORTS: Final = "signs:exports"
_LINES: Final = "See the log lines login_refused and login_failed for the visitors."
_WHERE: Final = "The log names who exported what: admin, Log, actions that end with exported."


def look(*, now: datetime) -> None:
    """Open and close the alerts of signs (a query for the guesses, one for the exports, and those of the alerts)."""
    everybody = Q(kind=Guesser.ALL_AT_ACCOUNT, count__gt=0, last_at__gt=now - HOUR)
    # after the free ones each guess has to wait: a count that high is kept up by a program
    program = Q(count__gte=RULES[Guesser.ALL_AT_ACCOUNT].free)
    guesses = GuessCount.objects.filter(everybody).aggregate(
        accounts=Count("pk"), besieged=Count("pk", filter=program)
    )
    if guesses["besieged"]:
        title = f"Passwords are guessed at {guesses['besieged']} accounts without a pause"
        raise_alert(AT_ONE, title, detail=f"The sign-in refuses most of them. {_LINES}", now=now)
    else:
        resolve(AT_ONE, now=now)
    if guesses["accounts"] >= ACCOUNTS:
        title = f"Wrong passwords at {guesses['accounts']} accounts within an hour"
        raise_alert(
            AT_MANY, title, detail=f"Somebody may be trying a list of stolen passwords. {_LINES}", now=now
        )
    else:
        resolve(AT_MANY, now=now)
    _look_at_exports(now)


def _look_at_exports(now: datetime) -> None:
    today = Q(at__gt=now - DAY)
    exports = Entry.objects.filter(
        action__in=_EXPORTS, at__gt=now - (LEARNT_FROM + 1) * DAY, at__lte=now
    ).aggregate(today=Count("pk", filter=today), before=Count("pk", filter=~today))
    usual = exports["before"] / LEARNT_FROM
    if exports["today"] > max(EXPORTS_LEAST, EXPORTS_TIMES * usual):
        title = f"{exports['today']} exports of data within a day"
        raise_alert(EXPORTS, title, detail=f"Usual are {usual:.1f}. {_WHERE}", now=now)
    else:
        resolve(EXPORTS, now=now)
