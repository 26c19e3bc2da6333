"""nginx with the shipped configuration for TLS, before a small application: real processes, Debian's nginx."""

import datetime
import os
import re
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from string import Template

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.embedded.errors import EmbeddedError
from config.embedded.nchan import programs
from config.embedded.paths import PROJECT
from tests.ports import free_port

pytestmark = pytest.mark.real_clock
NGINX, HOST = PROJECT / "deploy" / "nginx", "nocturne.example"
_MAIN = """\
load_module $module; pid $folder/pid; error_log $folder/error.log; daemon off; worker_processes 1; $user
events { worker_connections 1000; }
http {
    set_real_ip_from 127.0.0.1; real_ip_header X-Visitor;
    client_body_temp_path $folder/b; proxy_temp_path $folder/p; fastcgi_temp_path $folder/f; uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;
    include $folder/site.conf;
}
"""


def write_certificate(folder: Path) -> None:
    """A certificate for HOST that it signs itself, as certbot would lay it."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]),
    )
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


class Proxy:
    """nginx, and how to ask it by name."""

    def __init__(self, folder: Path, http: int, https: int) -> None:
        self.folder, self.http, self.https = folder, http, https
        self.tls = ssl.create_default_context(cafile=folder / "live" / HOST / "fullchain.pem")
        self.client = httpx.Client(verify=self.tls, timeout=20)

    def ask(self, path: str, *, method: str = "GET", visitor: str = "", **given) -> httpx.Response:
        headers = {"Host": HOST, **({"X-Visitor": visitor} if visitor else {}), **given.pop("headers", {})}
        return self.client.request(
            method,
            f"https://127.0.0.1:{self.https}{path}",
            headers=headers,
            extensions={"sni_hostname": HOST},
            **given,
        )


@pytest.fixture(scope="module")
def proxy(tmp_path_factory, make_httpserver) -> Iterator[Proxy]:
    try:
        program, module = programs()
    except EmbeddedError as error:
        pytest.skip(str(error))
    folder, http, https = tmp_path_factory.mktemp("proxy"), free_port(), free_port()
    write_certificate(folder / "live" / HOST)
    limits = (NGINX / "limits.conf").read_text()
    for slow in ("client_header_timeout 10s", "client_body_timeout 15s"):
        assert slow in limits
        limits = limits.replace(slow, f"{slow.split()[0]} 1s")
    (folder / "limits.conf").write_text(limits)
    site = Template((NGINX / "tls.conf.template").read_text()).safe_substitute(
        NOCTURNE_HOST=HOST, NOCTURNE_APP=f"127.0.0.1:{make_httpserver.port}", NOCTURNE_HTTP=f"127.0.0.1:{http}",
        NOCTURNE_HTTPS=f"127.0.0.1:{https}", NOCTURNE_CERTIFICATES=folder / "live", NOCTURNE_CHALLENGES=folder / "web",
        NOCTURNE_LIMITS=folder / "limits.conf", NOCTURNE_ACCESS_LOG=folder / "access.log",
    )  # fmt: skip
    # a second web process, which is gone
    line = f"    server 127.0.0.1:{make_httpserver.port} max_fails=2 fail_timeout=5s;\n"
    assert line in site
    (folder / "site.conf").write_text(
        site.replace(line, f"{line}{line.replace(str(make_httpserver.port), str(free_port()))}")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(Template(_MAIN).substitute(module=module, folder=folder, user=user))
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
    waiting = threading.Event()
    while process.poll() is None and socket.socket().connect_ex(("127.0.0.1", https)):
        waiting.wait(0.05)
    assert process.poll() is None, (folder / "error.log").read_text()
    yield Proxy(folder, http, https)
    process.terminate()
    process.wait(20)


@pytest.fixture
def app(make_httpserver):
    """The application's answers: 200 to everything."""
    make_httpserver.clear()
    make_httpserver.expect_request(re.compile(".*")).respond_with_data("here")
    return make_httpserver


def test_http_leads_to_https_and_only_the_challenge_is_answered(proxy, app):
    led = httpx.get(f"http://127.0.0.1:{proxy.http}/a?b=c", headers={"Host": HOST})
    assert (led.status_code, led.headers["location"]) == (301, f"https://{HOST}/a?b=c")
    challenge = proxy.folder / "web" / ".well-known" / "acme-challenge" / "t"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("token.thumb")
    told = httpx.get(f"http://127.0.0.1:{proxy.http}/.well-known/acme-challenge/t", headers={"Host": HOST})
    assert told.text == "token.thumb"


def test_who_asks_for_another_name_gets_no_certificate(proxy):
    context = ssl.create_default_context()
    with socket.create_connection(("127.0.0.1", proxy.https)) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="other.example")


def test_the_application_hears_the_visitors_address_from_nginx_alone(proxy, app):
    proxy.ask(
        "/x", visitor="203.0.113.7", headers={"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http"}
    )
    request, _ = app.log[-1]
    assert request.headers["X-Forwarded-For"] == "203.0.113.7"
    assert request.headers["X-Forwarded-Proto"] == "https"
    assert request.headers["Host"] == HOST


def test_a_body_that_is_too_large_never_arrives(proxy, app):
    assert proxy.ask("/submit/", method="POST", content=b"x" * 12_400_000).status_code == 200
    before = len(app.log)
    assert proxy.ask("/submit/", method="POST", content=b"x" * 13_700_000).status_code == 413
    assert len(app.log) == before


def test_a_client_that_does_not_end_its_headers_is_let_go(proxy):
    with proxy.tls.wrap_socket(
        socket.create_connection(("127.0.0.1", proxy.https)), server_hostname=HOST
    ) as link:
        link.settimeout(10)
        link.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())
        begun = time.monotonic()
        try:
            left = link.recv(1000)
        except (ConnectionResetError, ssl.SSLError):
            left = b""
    assert b"200" not in left
    assert time.monotonic() - begun < 5


def test_a_client_that_does_not_end_its_body_is_let_go_and_never_arrives(proxy, app):
    with proxy.tls.wrap_socket(
        socket.create_connection(("127.0.0.1", proxy.https)), server_hostname=HOST
    ) as link:
        link.settimeout(10)
        link.sendall(f"POST /submit/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nx".encode())
        try:
            left = link.recv(1000)
        except (ConnectionResetError, ssl.SSLError):
            left = b""
    assert b" 200 " not in left
    assert len(app.log) == 0, "a whole request is read before the application sees it"


def test_one_address_is_slowed_and_others_are_not(proxy, app):
    statuses = [proxy.ask("/api/v1/events", visitor="203.0.113.8").status_code for _ in range(200)]
    assert statuses[:100] == [200] * 100
    assert 429 in statuses
    assert proxy.ask("/api/v1/events", visitor="203.0.113.9").status_code == 200
    assert proxy.ask("/static/css/site.css", visitor="203.0.113.8").status_code == 200, "files cost nothing"


def test_where_one_of_two_web_processes_is_gone_the_other_answers_everybody(proxy, app):
    assert {proxy.ask("/").status_code for _ in range(20)} == {200}
    assert {proxy.ask("/submit/", method="POST", content=b"x").status_code for _ in range(20)} == {200}
    assert len(app.log) == 40, "each arrived once"
    assert "Connection refused" in (proxy.folder / "error.log").read_text(), "the other one was asked, too"


def test_guesses_at_a_password_are_slowed_sooner(proxy, app):
    def guess() -> int:
        return proxy.ask("/api/v1/auth/login", method="POST", visitor="203.0.113.10").status_code

    statuses = [guess() for _ in range(30)]
    assert statuses[:20] == [200] * 20
    assert statuses[-1] == 429
    assert proxy.ask("/accounts/login/", visitor="203.0.113.10").status_code == 200, "reading is no guess"


def test_metrics_are_for_this_machine_and_the_inner_doors_for_nobody(proxy, app):
    assert proxy.ask("/metrics", visitor="203.0.113.11").status_code == 403
    assert proxy.ask("/metrics").status_code == 200
    assert proxy.ask("/_live/gate").status_code == 404


def test_the_log_shows_a_network_and_no_token(proxy, app):
    proxy.ask("/subscriptions/confirm/" + "t" * 40 + "/?x=secret", visitor="203.0.113.12")
    waiting, lines = threading.Event(), []
    until = time.monotonic() + 10
    while not lines and time.monotonic() < until:  # nginx writes the line after the answer
        waiting.wait(0.02)
        log = (proxy.folder / "access.log").read_text().splitlines()
        lines = [line for line in log if "/subscriptions/" in line]
    assert lines[-1].startswith("203.0.113.0 [")
    assert "tttt" not in lines[-1]
    assert "secret" not in lines[-1]
