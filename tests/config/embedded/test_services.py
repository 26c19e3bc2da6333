"""The real engines: started, stopped, killed, raced, in unusual places and as several users."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import Embedded, socket_folder
from config.embedded.paths import PROJECT
from config.embedded.postgres import _serves, _shared_buffers

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="changes users, which needs root")
NOBODY = 65534


@pytest.fixture
def embedded(tmp_path):
    """Services that keep committed data, not started yet, stopped at the end."""
    services = Embedded(tmp_path / "var")
    yield services
    services.stop()


def kill(embedded: Embedded) -> None:
    """Send SIGKILL to both, and wait for their end."""
    pids = embedded.status()
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    for service in (embedded.postgres, embedded.valkey):
        service._child.wait()


def query(url: str, statement: str):
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()


def test_start_makes_both_reachable_by_their_urls_on_sockets_only(embedded):
    embedded.start()
    assert query(embedded.database_url, "SELECT current_database(), current_setting('listen_addresses')") == (
        "nocturne",
        "",
    )
    assert query(
        embedded.database_url, "SELECT current_setting('jit'), current_setting('synchronous_commit')"
    ) == ("off", "on")
    client = redis.Redis.from_url(embedded.redis_url)
    assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert client.config_get("port")["port"] == "0"
    client.close()
    assert embedded.valkey.sockets.stat().st_mode & 0o777 == 0o700


def test_the_extensions_that_the_project_needs_are_in_the_wheel(embedded):
    from config.management.commands.prepare import EXTENSIONS

    embedded.start()
    with psycopg.connect(embedded.database_url) as connection:
        for name in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {name}")


@pytest.mark.parametrize(
    ("memory", "data", "buffers"),
    [(512, 0, 128), (24_000, 0, 256), (24_000, 200, 800), (24_000, 5_000, 3_000), (64_000, 5_000, 4_096)],
)
def test_postgresql_holds_a_part_of_the_memory_and_no_more_than_its_data_needs(
    tmp_path, monkeypatch, memory, data, buffers
):
    monkeypatch.setattr(os, "sysconf", lambda name: {"SC_PAGE_SIZE": 2**20, "SC_PHYS_PAGES": memory}[name])
    (tmp_path / "base" / "5").mkdir(parents=True)
    with (tmp_path / "base" / "5" / "16384").open("wb") as relation:
        relation.truncate(data * 2**20)
    assert _shared_buffers(tmp_path, will_grow=False) == f"{buffers}MB"
    assert _shared_buffers(tmp_path, will_grow=True) == f"{min(max(memory // 8, 128), 4096)}MB"


def test_a_second_start_changes_nothing_and_a_second_stop_neither(embedded):
    embedded.start()
    pids = embedded.status()
    Embedded(embedded.var).start()
    assert embedded.status() == pids
    assert None not in pids.values()
    embedded.stop()
    embedded.stop()
    assert set(embedded.status().values()) == {None}


def test_killed_services_come_back_with_everything_committed(embedded):
    embedded.start()
    with psycopg.connect(embedded.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    kill(embedded)
    assert set(embedded.status().values()) == {None}
    embedded.start()
    assert query(embedded.database_url, "SELECT count(*) FROM kept") == (1000,)


def test_a_pid_file_that_names_another_program_is_no_obstacle(embedded):
    embedded.start()
    embedded.stop()
    stale = embedded.postgres.data / "postmaster.pid"
    stale.write_text(
        f"{os.getpid()}\n{embedded.postgres.data}\n1\n5432\n{embedded.postgres.sockets}\n\n1 1\nready\n"
    )
    assert embedded.status()["postgresql"] is None
    embedded.start()
    assert query(embedded.database_url, "SELECT 1") == (1,)


def test_a_half_made_data_folder_is_made_anew(embedded):
    (embedded.postgres.home / "fresh" / "base").mkdir(parents=True)
    embedded.start()
    assert embedded.postgres.ready()
    assert not (embedded.postgres.home / "fresh").exists()


@pytest.mark.parametrize("name", ["two words & more, 100 %", "long" * 40, "näher"])
def test_awkward_paths_work_through_a_short_folder(tmp_path, name):
    services = Embedded(tmp_path / name / "var", throwaway=True)
    try:
        services.start()
        assert query(services.database_url, "SELECT 1") == (1,)
        with redis.Redis.from_url(services.redis_url) as client:
            assert client.ping()
        assert services.valkey.socket.parent.parent == Path("/tmp")
        assert socket_folder(services.var) == services.valkey.sockets
    finally:
        services.stop()
        services.valkey.sockets.rmdir()


def test_starts_at_the_same_time_end_in_one_instance(embedded):
    code = "import sys; from pathlib import Path; from config.embedded import Embedded; e = Embedded(Path(sys.argv[1])); e.start(); print(e.status())"
    words = [sys.executable, "-c", code, str(embedded.var)]
    children = [subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {child.communicate(timeout=120)[0] for child in children}
    assert said == {f"{embedded.status()}\n"}


def test_the_last_user_stops_them(embedded):
    other = Embedded(embedded.var)
    embedded.acquire()
    other.acquire()
    assert not embedded.release()
    assert other.postgres.ready()
    assert other.release()
    assert set(other.status().values()) == {None}


def test_release_can_keep_them_and_without_acquire_does_nothing(embedded):
    assert not embedded.release()
    embedded.acquire()
    assert not embedded.release(keep=True)
    assert embedded.postgres.ready()


def test_only_what_is_wanted_is_started(tmp_path):
    services = Embedded(tmp_path / "var", postgres=False)
    services.start()
    try:
        assert services.status()["postgresql"] is None
        assert services.valkey.ready()
    finally:
        services.stop()


@root_only
def test_root_without_user_namespaces_takes_the_way_over_setpriv_and_back(tmp_path, monkeypatch):
    import shutil

    tmp_path.chmod(0o755)
    services = Embedded(tmp_path / "var", throwaway=True)
    which = shutil.which
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "which", lambda name: None if name == "unshare" else which(name))
        services.start()
    try:
        assert services.postgres.data.stat().st_uid == NOBODY
        assert query(services.database_url, "SELECT 1") == (1,)
        services.stop()
        services.start()
        assert services.postgres.data.stat().st_uid == 0
        assert query(services.database_url, "SELECT 1") == (1,)
    finally:
        services.stop()


@root_only
def test_an_ordinary_user_starts_them_and_root_may_after_that(tmp_path):
    var = tmp_path / "var"
    var.mkdir()
    os.chown(var, NOBODY, NOBODY)
    # The capability lets nobody read a Python that lies in somebody's home; PostgreSQL itself runs without it
    # being needed.
    user = [
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
    ]
    code = "import os, sys; from pathlib import Path; from config.embedded import Embedded; assert os.geteuid(); Embedded(Path(sys.argv[1])).start()"
    services = Embedded(var)
    try:
        subprocess.run(
            [*user, sys.executable, "-c", code, str(var)],
            cwd=PROJECT,
            check=True,
            timeout=120,
            env={**os.environ, "HOME": str(var)},
        )
        assert services.postgres.data.stat().st_uid == NOBODY
        assert query(services.database_url, "SELECT 1") == (1,)
        services.stop()
        services.start()
        assert query(services.database_url, "SELECT 1") == (1,)
    finally:
        services.stop()


def test_a_process_counts_as_ours_only_by_the_folder_it_works_in(tmp_path):
    assert _serves(os.getpid(), Path.cwd())
    assert not _serves(os.getpid(), tmp_path)
