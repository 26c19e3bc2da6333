"""The project's own settings, read in the environment of a test run."""

from tests import environment

environment.prepare()

from config.settings import *  # noqa: E402, F403 (after the environment; a settings module is its names)

STAFF_REAUTHENTICATION = False
PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]

# What is found, and by how many queries, must not depend on how fast the machine is; tests of the limit set their own.
SEARCH_STEP_SECONDS = 60.0
