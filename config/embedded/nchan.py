"""nginx with the nchan module for tests and benchmarks.

It is the machine's own, or Debian's two packages unpacked below `var`, not installed. It uses the shipped
`deploy/nginx/nocturne.conf.template`. Larger installations install the packages; `make run` does not need
nginx.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from config.embedded.errors import EmbeddedError
from config.embedded.paths import PROJECT, default_var

TEMPLATE = PROJECT / "deploy" / "nginx" / "nocturne.conf.template"
_PACKAGES = ("nginx", "libnginx-mod-nchan")
_PROGRAM, _MODULE = "usr/sbin/nginx", "usr/lib/nginx/modules/ngx_nchan_module.so"
#: The module creates this folder whatever the configuration is; Debian's package contains it.
_STATE = Path("/var/lib/nginx")
_FETCH_SECONDS, _START_SECONDS = 120, 20
_MAIN = Template("""\
load_module $module;
pid $folder/nginx.pid;
error_log $folder/error.log warn;
daemon off;
worker_processes 1;
worker_rlimit_nofile $files;
$user
events { worker_connections $connections; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    include $folder/nocturne.conf;
}
""")


def programs() -> tuple[Path, Path]:
    """nginx and the module. Raises EmbeddedError where they are not available."""
    kept = default_var() / "nginx"
    if not _STATE.is_dir():
        try:
            _STATE.mkdir(parents=True)
        except OSError as error:
            raise EmbeddedError(f"nginx with nchan needs {_STATE}: {error}") from error
    for root in (Path("/"), kept):
        if (root / _PROGRAM).exists() and (root / _MODULE).exists():
            return root / _PROGRAM, root / _MODULE
    _fetch(kept)
    return kept / _PROGRAM, kept / _MODULE


def _fetch(kept: Path) -> None:
    """Unpack the packages, atomically."""
    if not shutil.which("apt-get"):
        raise EmbeddedError(
            "nginx with nchan is not installed, and there is no apt-get to fetch it (Debian: nginx libnginx-mod-nchan)"
        )
    folder = kept.with_suffix(f".{os.getpid()}")
    folder.mkdir(parents=True)
    try:
        if not _runs(["apt-get", "download", *_PACKAGES], folder):
            _runs(["apt-get", "update"], folder)
            if not _runs(["apt-get", "download", *_PACKAGES], folder):
                raise EmbeddedError(
                    "nginx with nchan is not installed, and cannot be fetched (Debian: nginx libnginx-mod-nchan)"
                )
        for package in folder.glob("*.deb"):
            if not _runs(["dpkg", "-x", package.name, "."], folder):
                raise EmbeddedError(f"{package.name} cannot be unpacked")
            package.unlink()
        if not kept.exists():
            folder.rename(kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _runs(words: list[str], folder: Path) -> bool:
    try:
        return (
            subprocess.run(
                words, cwd=folder, capture_output=True, timeout=_FETCH_SECONDS, check=False
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextmanager
def nginx(
    folder: Path,
    *,
    app: str,
    listen: str,
    engine: str,
    connections: int = 1000,
    per_address: int = 0,
    slow_seconds: int = 30,
) -> Iterator[int]:
    """Run nginx in `folder`; yields its process id.

    Raises EmbeddedError where it does not start. The application is at `app`; the public connects to `listen`
    and the application to `engine` (HOST:PORT). `connections` limits all connections, `per_address` the
    WebSockets of one address (0: no limit). A client that reads nothing for `slow_seconds` is disconnected.
    """
    program, module = programs()
    given = {
        "APP": app,
        "LISTEN": listen,
        "ENGINE": engine,
        "PER_ADDRESS": str(per_address or connections),
        "SLOW_SECONDS": str(slow_seconds),
        "ACCESS_LOG": str(folder / "access.log"),
        "LIMITS": str(TEMPLATE.with_name("limits.conf")),
    }
    site = Template(TEMPLATE.read_text()).safe_substitute(
        {f"NOCTURNE_{name}": value for name, value in given.items()}
    )
    (folder / "nocturne.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    main = _MAIN.substitute(
        module=module,
        folder=folder,
        user=user,
        connections=2 * connections + 100,
        files=2 * connections + 200,
    )
    (folder / "nginx.conf").write_text(main)
    words = [
        str(program),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, listen, folder)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(_START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", listen: str, folder: Path) -> None:
    host, _, port = listen.rpartition(":")
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise EmbeddedError(f"nginx does not come up: {(folder / 'error.log').read_text()[-300:]}")
