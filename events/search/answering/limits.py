"""A time limit for each step of an answer, so that a hard question costs an incomplete answer and not an error."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

Result = TypeVar("Result")
_BOUND = "SELECT set_config('statement_timeout', %s, true)"


#: All steps of one answer together take at most so many times the limit of one.
_MOST = 3


def _until() -> float:
    return monotonic() + _MOST * settings.SEARCH_STEP_SECONDS


@dataclass(slots=True)
class Steps:
    """Runs the steps of one answer. `degraded` becomes true once the time limit ended one.

    Each has SEARCH_STEP_SECONDS, all together three times as many: where the database is slow, what would still follow is
    left out.
    """

    degraded: bool = False
    _until: float = field(default_factory=_until)

    def run(self, step: Callable[[], Result], otherwise: Result) -> Result:
        """What `step` returns; `otherwise` where one of its queries takes longer than SEARCH_STEP_SECONDS.

        The limit ends with the step, also within a longer transaction.
        """
        seconds = min(settings.SEARCH_STEP_SECONDS, self._until - monotonic())
        if seconds <= 0:
            self.degraded = True
            return otherwise
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('statement_timeout')")
                (before,) = cursor.fetchone()
                cursor.execute(_BOUND, [f"{max(round(seconds * 1000), 1)}ms"])
                result = step()
                cursor.execute(_BOUND, [before])
                return result
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            self.degraded = True
            return otherwise
