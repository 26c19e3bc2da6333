import pytest
from outbox.queries import position
@pytest.mark.django_db
def test_position_starts_at_zero():
    assert position().number == 0
