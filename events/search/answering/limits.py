"""A time limit for each step of an answer, so that a hard question costs an incomplete answer and not an error."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

Result = TypeVar("Result")
_BOUND = "SELECT set_config('statement_timeout', %s, true)"


@dataclass(slots=True)
class Steps:
    """Runs the steps of one answer. `degraded` becomes true once the time limit ended one."""

    degraded: bool = False

    def run(self, step: Callable[[], Result], otherwise: Result) -> Result:
        """What `step` returns; `otherwise` where one of its queries takes longer than SEARCH_STEP_SECONDS.

        The limit ends with the step, also within a longer transaction.
        """
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('statement_timeout')")
                (before,) = cursor.fetchone()
                cursor.execute(_BOUND, [f"{round(settings.SEARCH_STEP_SECONDS * 1000)}ms"])
                result = step()
                cursor.execute(_BOUND, [before])
                return result
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            self.degraded = True
            return otherwise
