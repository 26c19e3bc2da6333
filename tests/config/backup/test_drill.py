"""The drill (`make chaos-all`): what was committed up to the last shipped segment is there on another machine, and readers go on."""

import os
import shutil
import signal

import httpx
import pytest

from tests.config.backup.drill import Writer, copy_schema, resumed, two_machines

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ.get("CHAOS_ALL") != "1", reason="half a minute; make chaos-all runs it"),
]


def test_a_lost_machine_is_replaced_and_nothing_that_was_shipped_is_lost(tmp_path):
    first, second = two_machines(tmp_path)
    first.services.start()
    writer = None
    try:
        copy_schema(first)
        writer = Writer(first)
        writer.wait_for(20)
        made = first.manage("backup")
        assert made["kind"] == "base"
        moment, at_moment = first.moment(), writer.wait_for(1)
        writer.wait_for(20)
        shipped = writer.committed
        first.manage("backup", "--ship-log")
        last = writer.wait_for(20)
        with httpx.Client() as client, first.web() as address:
            changes = client.get(f"{address}/api/v1/changes", params={"after": 0}).json()
        epoch = changes["epoch"]
        writer.kill()
        os.kill(first.services.postgres.pid(), signal.SIGKILL)
        first.services.postgres._child.wait()
        shutil.rmtree(tmp_path / "first")

        restored = second.manage("restore")
        second.services.start()
        numbers = second.numbers()
        print(
            {"committed": last, "shipped": shipped, "restored": numbers[-1], "seconds": restored["seconds"]}
        )
        assert numbers == list(range(1, numbers[-1] + 1))
        assert numbers[-1] >= shipped
        with second.web() as address:
            assert '"recovered":false' in resumed(address, epoch)
            told = httpx.get(
                f"{address}/api/v1/changes", params={"after": changes["offset"], "epoch": epoch}
            ).json()
            assert not told["recovered"]
            again = httpx.get(f"{address}/api/v1/changes", params={"after": 0}).json()
            assert again["epoch"] == restored["epoch"] != epoch
        second.services.stop()

        second.manage("restore", "--until", moment.isoformat(), "--replace")
        second.services.start()
        assert at_moment - 3 <= second.numbers()[-1] <= at_moment + 1
    finally:
        if writer is not None:
            writer.kill()
        for machine in (first, second):
            machine.services.stop()
