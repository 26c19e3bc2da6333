"""No name is resolved, and an answer of 2 GB."""

import json
import socket
import subprocess
import sys
import threading

from tests.trouble.feeds import ports, served, sources

GIB = 2**30
_FETCH = """
import json, resource, sys
from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.contract.http_errors import EgressError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
code = ""
try:
    with open_client(RequestPolicy(user_agent="Nocturne/1 (+https://example.org)", obey_robots=False), name="big", shared=False) as http:
        http.get(sys.argv[1])
except EgressError as error:
    code = error.code
print(json.dumps({"code": code, "grown_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024}))
"""


class Flood:
    """A server that sends 2 GB, chunked, without saying so before."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port, self.sent = self._listening.getsockname()[1], 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client, _ = self._listening.accept()
        client.recv(65536)
        chunk = b"100000\r\n" + b"x" * 2**20 + b"\r\n"
        try:
            client.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            while self.sent < 2 * GIB:
                client.sendall(chunk)
                self.sent += 2**20
        except OSError:
            pass


def test_an_answer_of_two_gigabytes_is_cut(child_environment):
    flood = Flood()
    environment = {**child_environment, "EGRESS_ALLOW_LOOPBACK": "1", "EGRESS_ALLOWED_PORTS": str(flood.port)}
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import django; django.setup()" + _FETCH, f"http://127.0.0.1:{flood.port}/big.ics"],
        env=environment, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    print(said.stdout.strip(), {"sent_mb": flood.sent // 2**20, "of_mb": 2048})
    found = json.loads(said.stdout.splitlines()[-1])
    assert found["code"] == "too large"
    assert flood.sent < 200 * 2**20
    assert found["grown_mb"] < 300


_NO_NAMES = """
import socket
def nobody(*_args, **_more):
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
"""


def test_no_name_is_resolved_for_a_while(machine):
    """The sources fail for a moment, nothing of theirs is called missing, and the next reading goes on."""
    with served(1, count=12) as feeds:
        one = machine(EGRESS_ALLOWED_PORTS=ports(feeds))
        one.do(sources(feeds))
        one.do(_READ)
        assert one.rows("SELECT count(*) FROM events_event") == [(12,)]
        feeds[0].grow(2)
        code, retry_in = one.do(_NO_NAMES + "socket.getaddrinfo = nobody\n" + _READ)
        assert one.rows("SELECT count(*) FROM events_event") == [(12,)]
        assert one.rows("SELECT count(*) FROM events_listing WHERE missing_since IS NOT NULL") == [(0,)]
        assert one.rows("SELECT is_active FROM sources_source") == [(True,)]
        print({"code": code, "next_in_seconds": retry_in})
        assert 0 < retry_in <= 3600 * 1.1
        one.do(_READ)
        assert one.rows("SELECT count(*) FROM events_event") == [(14,)]


#: One reading in this process, as the clock and both workers do it.
_READ = """
from django.conf import settings
settings.CELERY_TASK_ALWAYS_EAGER = True
from config.celery import app
app.conf.task_always_eager = True
from django.utils.timezone import now
from sources import tasks
from sources.models import FetchRun, Source
from sources.runs.claim import open_run
source = Source.objects.select_related("city").get()
run = open_run(source, requested_by="chaos", now=now())
tasks.queue_runs(fetch=[run.id])
source.refresh_from_db(); run.refresh_from_db()
answer = [run.error_code, (source.next_fetch_at - now()).total_seconds()]
"""
