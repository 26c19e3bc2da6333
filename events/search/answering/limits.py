"""A time limit for each step of an answer, so that a hard question costs an incomplete answer and not an error."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, connections, transaction
from psycopg.errors import QueryCanceled

from outbox.replica import database_of_readers

Result = TypeVar("Result")
# A helping process takes longer to start than these queries take.
_BOUND = """
SELECT current_setting('statement_timeout'), current_setting('max_parallel_workers_per_gather'),
       set_config('statement_timeout', %s, true), set_config('max_parallel_workers_per_gather', %s, true)
"""


#: All steps of one answer together take at most so many times the limit of one.
_MOST = 3


@dataclass(slots=True)
class Steps:
    """Runs the steps of one answer. `degraded` becomes true once the time limit ended one.

    Each has SEARCH_STEP_SECONDS, all together three times as many: where the database is slow, what would still follow is
    left out. A step counts for no more than its limit, since the first one by meaning in a process loads the encoder.
    """

    degraded: bool = False
    #: Whether the answer lacks what is alike in meaning, since this process only begins to read meanings.
    is_loading: bool = False
    _spent: float = 0.0

    def run(self, step: Callable[[], Result], otherwise: Result, *, is_last: bool = False) -> Result:
        """What `step` returns; `otherwise` where one of its queries takes longer than its limit.

        The last resort, without which the page would be empty, has its time whatever was spent. The limit ends with the
        step, also within a longer transaction.
        """
        limit: float = settings.SEARCH_STEP_SECONDS
        seconds = limit if is_last else min(limit, _MOST * limit - self._spent)
        if seconds <= 0:
            self.degraded = True
            return otherwise
        begun = monotonic()
        try:
            return self._run(step, otherwise, seconds)
        finally:
            self._spent += min(monotonic() - begun, limit)

    def _run(self, step: Callable[[], Result], otherwise: Result, seconds: float) -> Result:
        database = database_of_readers()
        is_within = connections[database].in_atomic_block
        try:
            with transaction.atomic(using=database), connections[database].cursor() as cursor:
                cursor.execute(_BOUND, [f"{max(round(seconds * 1000), 1)}ms", "0"])
                *before, _, _ = cursor.fetchone()
                result = step()
                if is_within:
                    cursor.execute(_BOUND, before)
                return result
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            self.degraded = True
            return otherwise
