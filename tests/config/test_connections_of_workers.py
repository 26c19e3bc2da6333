"""A worker goes on with its next task when PostgreSQL was started anew."""

import pytest
from celery.signals import task_prerun
from django.db import OperationalError, connection, connections

from sources.tasks import process_stuck_runs


def ask() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_the_task_after_a_restart_has_a_connection_that_lives():
    before = ask()
    killer = connection.copy()
    with killer.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [before])
    killer.close()
    with pytest.raises(OperationalError):
        ask()
    task_prerun.send(sender=process_stuck_runs, task_id="1", task=process_stuck_runs, args=(), kwargs={})
    assert ask() != before
    kept = ask()
    task_prerun.send(sender=process_stuck_runs, task_id="2", task=process_stuck_runs, args=(), kwargs={})
    assert ask() == kept, "what lives is kept"
    assert connections.all(initialized_only=True)
