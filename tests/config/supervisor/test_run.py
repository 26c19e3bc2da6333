"""The real supervisor with small processes: ends, signals, a closed terminal, a kill."""

import os
import re
import select
import signal
import socket
import sys

import pytest

from config.embedded import Embedded
from config.supervisor.children import REVIVALS
from tests.config.supervisor.house import WEB, House, runs

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def house(tmp_path):
    """Makes installations, and closes them."""
    made = []

    def build(procfile: str = f"web: {WEB}\n", **options) -> House:
        made.append(House(tmp_path, procfile, **options))
        return made[-1]

    yield build
    for one in made:
        one.close()


def wait_gone(*pids: int) -> None:
    """Wait for the end of the processes through the kernel, without polling."""
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        assert select.select([handle], [], [], 30)[0], f"process {pid} still runs"
        os.close(handle)


def test_addresses_are_shown_when_the_page_is_there(house):
    up = house()
    up.until("Ctrl-C stops all of it")
    said = "".join(up.seen)
    for path in ("/", "/admin/", "/api/v1/docs/", "/mailbox/"):
        assert f"http://127.0.0.1:{up.port}{path}\n" in said


def test_the_others_start_after_the_page_is_there(house):
    up = house(f"web: {WEB}\nworker: sh -c 'echo worker starts; exec sleep 1000'\n")
    up.until("worker starts")
    assert any("Nocturne " in line for line in up.seen)


def test_the_first_start_shows_the_admins_password_once(house, tmp_path):
    (tmp_path / "var").mkdir()
    prepare = f"printf 'name: a@localhost\\npassword: s3cret\\n' > {tmp_path}/var/first-admin.txt"
    up = house(prepare=f'env sh -c "{prepare}"')
    up.until("password: s3cret")
    up.close()
    again = house(prepare="echo again")
    again.until("Ctrl-C stops all of it")
    said = "".join(again.seen)
    assert "| again" in said
    assert "s3cret" not in said


def test_one_that_dies_takes_the_others_down_with_its_code(house):
    up = house(f"web: {WEB}\nworker: sh -c 'exit 7'\n")
    web = up.pid("web ")
    code, said = up.end()
    assert code == 7
    assert "worker ended with code 7, stopping the others" in said
    wait_gone(web)


def test_one_that_is_killed_comes_back_and_the_others_stay(house):
    up = house(f"web: {WEB}\nworker: sh -c 'sleep 1000 & echo left $!; echo worker $$; wait'\n")
    web, left, worker = up.pid("web "), up.pid("left "), up.pid("worker ")
    os.kill(worker, signal.SIGKILL)
    up.until("worker was killed, starting it again")
    assert up.pid("worker ") != worker
    wait_gone(left)
    os.kill(web, 0)
    up.signal(signal.SIGTERM)
    assert up.end()[0] == 0


def test_one_that_is_killed_again_and_again_ends_all_and_counts_as_a_shell_counts_it(house):
    up = house(f"web: {WEB}\nworker: sh -c 'echo number $$; exec sleep 1000'\n")
    for _ in range(REVIVALS + 1):
        os.kill(up.pid("number "), signal.SIGKILL)
    code, said = up.end()
    assert code == 128 + signal.SIGKILL
    assert f"worker ended with code {code}, stopping the others" in said


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_of_it_cleanly(house, sign):
    up = house(f"web: {WEB}\nworker: sh -c 'echo worker $$; exec sleep 1000'\n")
    pids = up.pid("web "), up.pid("worker ")
    up.signal(sign)
    code, said = up.end()
    assert code == 0
    assert f"{sign.name} received, stopping" in said
    wait_gone(*pids)


def test_what_a_process_leaves_behind_is_ended_too(house):
    up = house(f"web: {WEB}\nworker: sh -c 'sleep 1000 & echo left $!; wait'\n")
    left = up.pid("left ")
    up.signal(signal.SIGTERM)
    up.end()
    wait_gone(left)


def test_a_second_ctrl_c_ends_one_that_does_not_listen(house):
    up = house(f"web: {WEB}\nworker: sh -c 'trap \"\" TERM; echo deaf $$; sleep 1000; sleep 1000'\n")
    pid = up.pid("deaf ")
    up.signal(signal.SIGINT)
    up.until("SIGINT received")
    up.signal(signal.SIGINT)
    code, said = up.end()
    assert code == 0
    assert re.search("killing .*worker", said)
    wait_gone(pid)


@linux_only
def test_a_closed_terminal_stops_all_of_it(house):
    up = house(f"web: {WEB}\nworker: sh -c 'echo worker $$; exec sleep 1000'\n", terminal=True)
    pids = up.pid("web "), up.pid("worker ")
    up.lines.close()
    os.close(up.master)
    up.master = -1
    assert up.process.wait(timeout=60) == 0
    wait_gone(*pids)


@linux_only
def test_colours_are_for_terminals(house):
    up = house(terminal=True)
    assert "\x1b[" in up.until("web ")


@linux_only
def test_processes_do_not_outlive_a_killed_supervisor(house):
    up = house(f"web: {WEB}\nworker: sh -c 'echo worker $$; exec sleep 1000'\n")
    pids = up.pid("web "), up.pid("worker ")
    up.signal(signal.SIGKILL)
    wait_gone(*pids)
    assert not any(map(runs, pids))


def test_a_preparation_that_fails_starts_nothing(house):
    code, said = house(prepare="env sh -c 'echo no database; exit 3'").end()
    assert code == 3
    assert "no database" in said
    assert "web " not in said


def test_a_signal_during_the_preparation_starts_nothing(house):
    up = house(prepare="env sh -c 'echo preparing; sleep 1000'")
    up.until("preparing")
    up.signal(signal.SIGTERM)
    code, said = up.end()
    assert code == 0
    assert "web " not in said


def test_a_taken_port_is_one_line(house):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = house(PORT=str(port)).end()
    assert (code, said) == (
        1,
        f"nocturne: Port {port} on 127.0.0.1 is taken: stop the program that has it, or choose another: make run PORT={port + 1}\n",
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PORT": "http"}, "PORT is 'http'"),
        ({"PORT": "70000"}, "PORT is '70000'"),
        ({"HOST": "192.0.2.1"}, "no address of this machine"),
    ],
)
def test_a_wrong_address_is_one_line(house, given, words):
    code, said = house(**given).end()
    assert code == 1
    assert words in said
    assert said.count("\n") == 1


def test_its_own_services_are_up_before_and_down_after(house, tmp_path):
    services = Embedded(tmp_path / "var")
    up = house(DATABASE_URL="", REDIS_URL="")
    up.until("Ctrl-C stops all of it")
    assert None not in services.status().values()
    up.signal(signal.SIGINT)
    assert up.end()[0] == 0
    assert set(services.status().values()) == {None}


def test_services_that_cannot_start_are_one_line(house, tmp_path):
    data = tmp_path / "var" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12")
    code, said = house(DATABASE_URL="", REDIS_URL="redis://none").end()
    assert code == 1
    assert "nocturne: Embedded PostgreSQL cannot start" in said
    assert "Traceback" not in said
