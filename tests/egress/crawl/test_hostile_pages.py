"""No page can make the browser or the spider reach a forbidden address.

It tries pictures, frames, scripts, sockets, windows, redirects. One page tries every URL of the table in
every way at once. A listener on all addresses of this machine counts connections. With loopback permitted,
the same page does reach it, so that zero connections mean something.
"""

import json
import threading
from collections.abc import Iterator

import pytest

from egress.crawl.child import CrawlLimits
from egress.crawl.messages import Task
from egress.crawl.runner import Runner
from egress.exceptions import AddressRefused
from egress.guard import Guard
from pipeline.contract.crawl import Pagination, Render
from tests.egress.conftest import RawServer
from tests.egress.crawl.conftest import MakeCrawler, job
from tests.egress.hostile import SITE, connections, hostile, listening, resolver

WAYS = """
const urls = %s; const add = (name, set) => { const one = document.createElement(name); set(one); document.body.append(one); };
const safe = go => { try { const made = go(); if (made && made.catch) made.catch(() => 0); } catch (error) { } };
for (const url of urls) {
  safe(() => add('img', one => one.src = url));
  safe(() => add('script', one => one.src = url));
  safe(() => add('link', one => { one.rel = 'stylesheet'; one.href = url; }));
  safe(() => fetch(url, {mode: 'no-cors'}));
  safe(() => { const ask = new XMLHttpRequest(); ask.open('POST', url); ask.send('x'); });
  safe(() => navigator.sendBeacon(url, 'x'));
  safe(() => new WebSocket(url.replace(/^http/, 'ws')));
  safe(() => new EventSource(url));
}
for (const url of [...urls.slice(0, 20), ...urls.slice(-5)]) {
  safe(() => add('iframe', one => one.src = url));
  safe(() => add('object', one => one.data = url));
  safe(() => add('video', one => one.src = url));
  safe(() => add('iframe', one => one.srcdoc = `<meta http-equiv=refresh content="0;url=${url}">`));
}
for (const url of urls.slice(0, 6)) safe(() => window.open(url));
add('iframe', one => one.srcdoc = `<form method=post action="${urls[0]}"><input name=a></form><script>document.forms[0].submit()<\\/script>`);
safe(() => { const talk = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:' + %d}, {urls: 'turn:127.0.0.1:' + %d + '?transport=tcp',
  username: 'a', credential: 'b'}]}); talk.createDataChannel('x'); talk.createOffer().then(offer => talk.setLocalDescription(offer)); });
setTimeout(() => add('b', one => { one.className = 'done'; }), 2500);
"""


def page(urls: list[str], port: int) -> bytes:
    return (
        b"<html><body><p class=ev><a href=/e>E</a></p><script>"
        + (WAYS % (json.dumps(urls), port, port)).encode()
        + b"</script></body></html>"
    )


def site(body: bytes, *, host: str = SITE) -> RawServer:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"

    def answer(request: bytes) -> Iterator[bytes]:
        yield (
            head.encode() + body
            if request.startswith((b"GET / ", b"GET /e "))
            else b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )

    return RawServer(answer, host=host)


class Rebinding:
    """A name server that returns the public address once and the private one after that."""

    def __init__(self) -> None:
        self.asked = 0
        self._lock = threading.Lock()

    def __call__(self, host: str, port: int, seconds: float) -> list[str]:
        if host != "rebind.attacker.example":
            return resolver(host, port, seconds)
        with self._lock:
            self.asked += 1
            return [SITE if self.asked == 1 else "127.0.0.1"]


@pytest.mark.usefixtures("site_counts_as_public")
def test_no_page_reaches_inside(make_crawler: MakeCrawler) -> None:
    names = Rebinding()
    with listening() as listener, connections() as tried:
        urls = [
            *dict.fromkeys(one.url for one in hostile(listener.port)),
            f"http://rebind.attacker.example:{listener.port}/",
        ]
        server = site(page(urls, listener.port))
        limits = CrawlLimits(megabytes=3000, seconds=60)  # a page this wild has a hundred frames
        http = make_crawler(
            allow_loopback=False, resolver=names, ports=(listener.port, server.port), limits=limits
        )
        given = job(
            f"http://rebind.attacker.example:{server.port}/",
            render=Render.BROWSER,
            wait_for=".done",
            media=True,
        )
        pages = list(http.crawl(given))
        server.close()
    assert b"done" in pages[0].page.content, "all was tried"
    assert listener.connections == 0
    assert names.asked > 1, "the name was asked for again, and its new address refused"
    assert {address for address, _ in tried} <= {SITE, "127.0.0.1"}
    assert listener.port not in {port for _, port in tried}


def test_the_same_page_would_reach_a_listener_that_it_may(make_crawler: MakeCrawler) -> None:
    with listening() as listener:
        server = site(page([f"http://127.0.0.1:{listener.port}/"], listener.port), host="127.0.0.1")
        list(make_crawler().crawl(job(server.url, render=Render.BROWSER, wait_for=".done", media=True)))
        server.close()
    assert listener.connections >= 8


def sending_inside(scheme: str, port: int) -> RawServer:
    """A public site that redirects every request, also for robots.txt."""
    inside = f"{scheme}://127.0.0.1:{port}/".encode()

    def answer(request: bytes) -> Iterator[bytes]:
        yield (
            b"HTTP/1.1 302 Found\r\nLocation: "
            + inside
            + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )

    return RawServer(answer, host=SITE)


@pytest.mark.usefixtures("site_counts_as_public")
@pytest.mark.parametrize("render", [Render.HTTP, Render.BROWSER])
def test_no_redirect_leads_inside(make_crawler: MakeCrawler, render: Render) -> None:
    with listening() as listener:
        server = sending_inside("http", listener.port)
        http = make_crawler(allow_loopback=False, resolver=resolver, ports=(listener.port, server.port))
        with pytest.raises(AddressRefused):
            list(http.crawl(job(server.url, render=render, pagination=Pagination.NEXT, next="a")))
        server.close()
    assert listener.connections == 0
    assert server.connections == 1


@pytest.mark.usefixtures("site_counts_as_public")
def test_no_robots_txt_of_the_spiders_own_leads_inside() -> None:
    """Past the door, which asks for robots.txt first and would refuse."""
    with listening() as listener:
        server = sending_inside("https", listener.port)
        runner = Runner(Guard(resolver=resolver, ports=(listener.port, server.port)))

        def task(proxy: str) -> Task:
            return Task(
                job=job(server.url),
                proxy=proxy,
                agent="Nocturne/0.1",
                delay=0.0,
                max_bytes=100_000,
                seconds=20,
                obey_robots=True,
            )

        with pytest.raises(AddressRefused):
            list(runner.pages(task, renderer="spider"))
        server.close()
    assert listener.connections == 0
    assert server.asked[0].startswith(b"GET /robots.txt ")
