"""A RabbitMQ of its own for a test: Debian's programs, own ports, node, cookie and folder; nothing of the machine's is touched."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.ports import free_port

PATIENCE: Final = 90.0
#: Debian's /usr/sbin/rabbitmq-server changes the user and the folder; the program itself does not.
_PROGRAM: Final = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitMQ:
    """The server below `folder`; TLS beside it where `tls` has fullchain.pem and privkey.pem."""

    def __init__(self, folder: Path, tls: Path | None = None) -> None:
        self.folder, self.port, self.tls_port = folder, free_port(), free_port()
        self._names, self._distribution = free_port(), free_port()
        self._node = f"nocturne{secrets.token_hex(4)}@localhost"
        self._servers: list[subprocess.Popen[bytes]] = []
        # disk_free_limit: the machine's disk is nothing that a test is about
        lines = [f"listeners.tcp.1 = 127.0.0.1:{self.port}", "disk_free_limit.absolute = 1MB", "log.file.level = warning"]  # fmt: skip
        if tls is not None:
            lines += [
                f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}", f"ssl_options.cacertfile = {tls / 'fullchain.pem'}",
                f"ssl_options.certfile = {tls / 'fullchain.pem'}", f"ssl_options.keyfile = {tls / 'privkey.pem'}",
                "ssl_options.verify = verify_none", "ssl_options.fail_if_no_peer_cert = false",
            ]  # fmt: skip
        (folder / "rabbit.conf").write_text("\n".join(lines) + "\n")
        (folder / "plugins").write_text("[].\n")

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    @property
    def tls_url(self) -> str:
        """Its name must be in the certificate."""
        return f"amqps://guest:guest@127.0.0.1:{self.tls_port}//"

    def start(self) -> None:
        """Start it, with what it kept. Returns when it takes connections."""
        given = {
            "HOME": self.folder, "RABBITMQ_NODENAME": self._node, "RABBITMQ_MNESIA_BASE": self.folder / "data",
            "RABBITMQ_LOG_BASE": self.folder / "log", "RABBITMQ_DIST_PORT": self._distribution, "ERL_EPMD_PORT": self._names,
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_CONFIG_FILE": self.folder / "rabbit", "RABBITMQ_CONF_ENV_FILE": self.folder / "none",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
        }  # fmt: skip
        kept = {key: value for key, value in os.environ.items() if not key.startswith("RABBITMQ_")}
        environment = {**kept, **{key: str(value) for key, value in given.items()}}
        with (self.folder / "out").open("ab") as out:
            for words in (
                ["epmd", "-port", str(self._names), "-address", "127.0.0.1"],
                [str(_PROGRAM)],
            ):
                self._servers.append(
                    subprocess.Popen(words, env=environment, cwd=self.folder, stdout=out, stderr=out, start_new_session=True)
                )  # fmt: skip
        end = time.monotonic() + PATIENCE
        while not self._listens():
            assert self._servers[-1].poll() is None, (self.folder / "out").read_text()[-2000:]
            assert time.monotonic() < end, "RabbitMQ does not come up"
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it as a service manager does, and wait for the end."""
        for server in reversed(self._servers):
            server.terminate()
            server.wait(PATIENCE)
        self._servers.clear()

    def kill(self) -> None:
        """SIGKILL, as when the machine is gone."""
        for server in reversed(self._servers):
            os.killpg(server.pid, 9)
            server.wait(PATIENCE)
        self._servers.clear()

    def _listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def running(tls: Path | None = None) -> Iterator[RabbitMQ]:
    """A RabbitMQ for the block. The test is skipped where the program is absent."""
    if not _PROGRAM.exists() or not shutil.which("epmd"):
        pytest.skip("rabbitmq-server is not installed here (Debian: rabbitmq-server)")
    folder = Path(tempfile.mkdtemp(prefix="nocturne-rabbitmq-"))
    broker = RabbitMQ(folder, tls)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)
