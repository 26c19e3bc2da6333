"""Every reason for which an engine cannot start gives one clear line."""

import errno
import os
import shutil
import subprocess
from collections import namedtuple

import pytest

from config.embedded import Embedded, EmbeddedError, database_url, default_var, redis_url, socket_folder
from config.embedded.errors import explained
from config.embedded.paths import private_folder
from config.embedded.runner import Runner, choose_runner

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="changes users, which needs root")


def one_line(caught) -> str:
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_an_engine_without_programs_says_what_to_give(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for services in (Embedded(tmp_path, valkey=False), Embedded(tmp_path, postgres=False)):
        with pytest.raises(EmbeddedError) as caught:
            services.start()
        assert "is not installed" in one_line(caught)
        assert "DATABASE_URL=postgresql://" in str(caught.value)
        assert "REDIS_URL=redis://" in str(caught.value)


def test_a_machine_that_valkey_has_no_program_for(tmp_path, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(EmbeddedError) as caught:
        Embedded(tmp_path, postgres=False).start()
    assert "riscv64" in one_line(caught)


def test_a_program_that_does_not_come_up_is_quoted(tmp_path, monkeypatch):
    services = Embedded(tmp_path / "var", postgres=False)
    monkeypatch.setattr(services.valkey, "_options", lambda: ["--no-such-option", "1"])
    with pytest.raises(EmbeddedError, match="Embedded Valkey cannot start") as caught:
        services.start()
    one_line(caught)


def test_wrong_settings_of_postgres_are_quoted(tmp_path, monkeypatch):
    services = Embedded(tmp_path / "var", valkey=False, throwaway=True)
    monkeypatch.setattr(services.postgres, "_options", lambda: ["-c", "max_connections=many"])
    with pytest.raises(EmbeddedError, match='max_connections.*"many"') as caught:
        services.start()
    one_line(caught)


def test_data_of_another_version_is_left_alone(tmp_path):
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedError, match="was written by version 15") as caught:
        Embedded(tmp_path, valkey=False).start()
    one_line(caught)


def test_a_disk_that_is_nearly_full_is_seen_before_anything_is_made(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 5000))
    with pytest.raises(EmbeddedError, match="is full") as caught:
        Embedded(tmp_path / "var").start()
    one_line(caught)
    assert not (tmp_path / "var" / "postgres" / "data").exists()


@pytest.mark.parametrize(
    "said", ["PANIC: could not write: No space left on device", "initdb: error: Disk quota exceeded"]
)
def test_a_disk_that_becomes_full_is_called_so(tmp_path, said):
    assert "is full" in str(Embedded(tmp_path).postgres._explain(said))


def test_an_end_without_words_still_has_a_reason(tmp_path):
    assert "it ended without a message" in str(Embedded(tmp_path).postgres._explain("\n"))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "cannot write"),
        (errno.EACCES, "cannot write"),
    ],
)
def test_errors_of_the_system_become_one_line(tmp_path, number, words):
    with pytest.raises(EmbeddedError, match=words) as caught, explained(tmp_path):
        raise OSError(number, os.strerror(number))
    assert "NOCTURNE_VAR" in one_line(caught)


def test_other_errors_of_the_system_pass(tmp_path):
    with pytest.raises(FileNotFoundError), explained(tmp_path):
        (tmp_path / "nothing").read_text()


@root_only
def test_a_read_only_folder_is_named(tmp_path):
    """A real read-only mount, in a mount namespace of its own."""
    code = f"from pathlib import Path; from config.embedded import Embedded; Embedded(Path({str(tmp_path / 'var')!r})).start()"
    script = f'mount --bind {tmp_path} {tmp_path} && mount -o remount,ro,bind {tmp_path} && exec .venv/bin/python -c "{code}"'
    if not os.path.exists(".venv/bin/python"):
        pytest.skip("runs in the project's own environment")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    if "permission denied" in done.stderr.lower() and "mount" in done.stderr:
        pytest.skip("mounting is not allowed here")
    assert f"Nocturne cannot write to {tmp_path / 'var'}" in done.stderr


@root_only
def test_root_without_any_other_identity(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr("config.embedded.runner._works", lambda *_: False)
    with pytest.raises(EmbeddedError, match="run as an ordinary user"):
        choose_runner(tmp_path, tmp_path / "postgres")


def test_an_ordinary_user_needs_no_other_identity(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    assert choose_runner(tmp_path, tmp_path / "postgres") == Runner((), 65534)


@pytest.mark.parametrize("works", [True, False])
def test_a_user_whom_the_system_does_not_know_borrows_a_name(tmp_path, monkeypatch, works):
    monkeypatch.setattr(os, "geteuid", lambda: 987654)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("config.embedded.runner._works", lambda *_: works)
    prefix = ("/bin/unshare", "-U", "--map-user=65534", "--map-group=65534") if works else ()
    assert choose_runner(tmp_path, tmp_path / "postgres") == Runner(prefix, 987654)


def test_a_strangers_socket_folder_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        private_folder(tmp_path / "link", owners={os.geteuid()})
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        private_folder(tmp_path, owners={os.geteuid() + 1})


def test_a_socket_folder_that_is_open_to_others_is_closed(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    private_folder(folder, owners={os.geteuid()})
    assert folder.stat().st_mode & 0o777 == 0o700


def test_addresses_are_the_same_at_every_call_and_short_enough(tmp_path, monkeypatch):
    for var in (tmp_path / "var", tmp_path / "x" / ("y" * 150), tmp_path / "a b"):
        folder = socket_folder(var)
        assert folder == socket_folder(var)
        assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) < 108
        assert database_url(var) == f"postgresql://nocturne@/nocturne?host={folder}"
        assert redis_url(var, 3) == f"unix://{folder}/valkey.sock?db=3"
    assert socket_folder(tmp_path / "a b") != socket_folder(tmp_path / "a c")


def test_var_comes_from_the_environment_or_lies_in_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("NOCTURNE_VAR", str(tmp_path))
    assert default_var() == tmp_path
    monkeypatch.delenv("NOCTURNE_VAR")
    assert default_var().name == "var"
    assert (default_var().parent / "manage.py").exists()
