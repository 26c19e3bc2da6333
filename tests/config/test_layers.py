"""The contract of who may import whom covers all apps."""

import configparser

import pytest

from config.embedded.paths import PROJECT


@pytest.fixture(scope="module")
def contract() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(PROJECT / ".importlinter")
    return parser


def test_every_app_has_its_layer(contract):
    apps = {path.parent.name for path in PROJECT.glob("*/apps.py")}
    assert set(contract["importlinter"]["root_packages"].split()) == apps
    assert set(contract["importlinter:contract:apps"]["layers"].replace("|", " ").split()) == apps
    assert set(contract["importlinter:contract:rooms"]["containers"].split()) == apps - {"config"}
