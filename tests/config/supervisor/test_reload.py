"""`make dev` restarts when any package of the running product changes."""

import configparser

from config.embedded.paths import PROJECT
from config.supervisor.reload import WATCHED


def test_every_package_that_runs_is_watched():
    contracts = configparser.ConfigParser()
    contracts.read(PROJECT / ".importlinter")
    running = set(contracts["importlinter"]["root_packages"].split()) - {"training"}
    assert running <= set(WATCHED)
