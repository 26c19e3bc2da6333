"""An erased person leaves nothing, and what stays is nobody's."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.privacy.erasing import erase_now
from accounts.privacy.person import Person
from accounts.privacy.scan import marks_of, scan
from tests.accounts.privacy.traces import left_in_tables, make_traced

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_of_an_erased_person_is_found(client: Client, var: Path):
    person = make_traced(client)
    marks = marks_of(Person.of(person))
    kept = left_in_tables()
    before = scan(marks)
    print(
        sorted(
            {
                each.place.split(",")[0] + (each.place.split(",")[1] if "table" in each.place else "")
                for each in before
            }
        )
    )
    assert erase_now(person, by=person)
    assert scan(marks) == []
    assert left_in_tables() == kept
