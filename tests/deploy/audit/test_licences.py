"""Licences of packages, and which are permitted."""

from email.message import Message

import pytest

from deploy.audit.licences import is_allowed, licence_of, look


def told(**fields) -> Message:
    metadata = Message()
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            metadata[name.replace("_", "-")] = each
    return metadata


class Installed:
    """A distribution with this metadata."""

    def __init__(self, **fields) -> None:
        self.metadata = told(**fields)


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License_Expression": "MIT OR Apache-2.0", "License": "see LICENSE"}, "MIT OR Apache-2.0"),
        ({"License": "Apache 2.0"}, "Apache-2.0"),
        (
            {
                "License": "Copyright (c) by somebody, who says a lot of things in here, and more",
                "Classifier": ["License :: OSI Approved :: MIT License"],
            },
            "MIT",
        ),
        (
            {
                "Classifier": [
                    "License :: OSI Approved",
                    "License :: OSI Approved :: BSD License",
                    "Framework :: Django",
                ]
            },
            "BSD",
        ),
        ({"License": "Beerware"}, "Beerware"),
        ({}, ""),
    ],
)
def test_a_licence_is_read_from_what_a_package_tells(fields, licence):
    assert licence_of(told(**fields)) == licence


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "Proprietary", "", "MIT OR SSPL-1.0"],
)
def test_a_licence_that_is_not_on_the_list_is_refused(licence):
    assert not is_allowed(licence)
    _, report = look(["one"], {"one": Installed(License_Expression=licence)}, {})
    assert len(report.problems) == 1


def test_a_licence_that_somebody_looked_up_counts():
    found, report = look(["one"], {"one": Installed(License="ask us")}, {"one": "MIT; its README"})
    assert (found, report.problems) == ({"one": "MIT"}, [])


def test_packages_of_other_systems_are_counted():
    _, report = look(["one", "two"], {"one": Installed(License_Expression="MIT")}, {})
    assert report.facts == {"packages": 1, "absent": 1}
