"""PostgreSQL and Valkey from Python wheels, for a machine with nothing installed. Free of Django."""

from config.embedded.errors import EmbeddedError
from config.embedded.paths import database_url, default_var, redis_url, socket_folder
from config.embedded.services import Embedded

__all__ = ["Embedded", "EmbeddedError", "database_url", "default_var", "redis_url", "socket_folder"]
