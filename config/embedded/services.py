"""Both embedded services together, safe against several programs that start and stop them at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.errors import explained
from config.embedded.paths import database_url, default_var, redis_url
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey


class Embedded:
    """PostgreSQL and Valkey below `var` (default: `NOCTURNE_VAR`, else the project's `var`).

    `postgres` and `valkey` are false for a service that is configured by its URL. `throwaway` trades safety
    for speed, for tests only; `archive` keeps the log of PostgreSQL for recovery to a point in time; `will_grow` gives it memory for
    more data than it has.
    """

    def __init__(
        self,
        var: Path | None = None,
        *,
        postgres: bool = True,
        valkey: bool = True,
        throwaway: bool = False,
        archive: bool = False,
        will_grow: bool = False,
    ) -> None:
        self.var = (var or default_var()).absolute()
        self.postgres = Postgres(self.var, throwaway=throwaway, archive=archive, will_grow=will_grow)
        self.valkey = Valkey(self.var)
        self.wanted: list[Postgres | Valkey] = [
            *([self.postgres] if postgres else []),
            *([self.valkey] if valkey else []),
        ]
        self._lease: int | None = None

    @property
    def database_url(self) -> str:
        """The URL of the database `nocturne`."""
        return database_url(self.var)

    @property
    def redis_url(self) -> str:
        """The URL of Valkey's logical database 0."""
        return redis_url(self.var)

    def status(self) -> dict[str, int | None]:
        """The process id of each service, None where it is not running."""
        return {"postgresql": self.postgres.pid(), "valkey": self.valkey.pid()}

    def start(self) -> None:
        """Start the configured services that are not running. Raises EmbeddedError, one line each."""
        with self._locked():
            self._start()

    def stop(self) -> None:
        """Stop the running services, whoever uses them."""
        if self.var.exists():
            with self._locked():
                self._stop()

    def acquire(self) -> None:
        """Start, and count as a user of the services until `release` or the end of this process."""
        with self._locked():
            self._start()
            if self._lease is None:
                self._lease = os.open(
                    self.var / "services.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
                )
                fcntl.flock(self._lease, fcntl.LOCK_SH)

    def release(self, *, keep: bool = False) -> bool:
        """Stop counting as a user.

        The last user stops the services, unless `keep`. Returns whether they were stopped.
        """
        if self._lease is None:
            return False
        with self._locked():
            lease, self._lease = self._lease, None
            try:
                fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(lease)
            if keep:
                return False
            self._stop()
        return True

    def _start(self) -> None:
        with explained(self.var):
            for service in self.wanted:
                service.start()

    def _stop(self) -> None:
        for service in (self.valkey, self.postgres):
            service.stop()

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Hold the lock while nobody uses or starts the services; yields whether nobody does. The services are stopped before."""
        with self._locked():
            users = os.open(self.var / "services.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                self._stop()
                yield True
            finally:
                os.close(users)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold a lock over all processes; it ends with its holder, however that ends."""
        with explained(self.var):
            self.var.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.var / "services.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
