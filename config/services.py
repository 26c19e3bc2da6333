"""The embedded services of this installation: those without a configured URL."""

from pathlib import Path

from config import env as environment
from config.embedded import Embedded, default_var
from config.embedded.paths import PROJECT


def wanted_services(*, will_grow: bool = False) -> Embedded:
    """The embedded services below `NOCTURNE_VAR`, without those that have a URL. `will_grow` as in `Embedded`.

    DATABASE_URL and REDIS_URL come from the environment, their `_FILE`, or `.env`.
    """
    env = environment.read(PROJECT)
    var = Path(env.str("NOCTURNE_VAR", default=str(default_var()))).expanduser()
    return Embedded(
        var,
        postgres=not env.str("DATABASE_URL", default=""),
        valkey=not env.str("REDIS_URL", default=""),
        archive=env.bool("BACKUP_WAL", default=False),
        will_grow=will_grow,
    )
