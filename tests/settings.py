"""The project's own settings, read in the environment of a test run."""

from tests import environment

environment.prepare()

from config.settings import *  # noqa: E402, F403 (after the environment; a settings module is its names)

STAFF_REAUTHENTICATION = False
PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]
