"""The receivers of docs/webhooks.md, run as they stand there, take what we send and refuse everything else."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils.timezone import now

from tests.ports import free_port
from tests.webhooks.conftest import Adds, publish
from webhooks import services
from webhooks.models import Delivery, Endpoint
from webhooks.services.claiming import claim_next
from webhooks.services.sending import serve

pytestmark = [pytest.mark.django_db, pytest.mark.real_clock]
DOCS = Path(__file__).parents[2] / "docs" / "webhooks.md"
Starts = Callable[[Endpoint], "subprocess.Popen[str]"]


def sample(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return str(found)


@pytest.fixture(params=["python", "javascript"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """How the sample is run."""
    program, ending = {"python": (sys.executable, "py"), "javascript": (shutil.which("node"), "cjs")}[
        request.param
    ]
    if program is None:
        pytest.skip("node is not installed: the sample in JavaScript was not run")
    path = tmp_path / f"receiver.{ending}"
    path.write_text(sample(request.param))
    return [program, str(path)]


@pytest.fixture
def receiver(command: list[str], adds: Adds) -> Iterator[tuple[Endpoint, "subprocess.Popen[str]"]]:
    """The running sample, with the secret of an endpoint that leads to it."""
    port = free_port()
    endpoint = adds(address=f"http://127.0.0.1:{port}/")
    environment = {**os.environ, "WEBHOOK_SECRET": endpoint.secret, "PORT": str(port)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield endpoint, process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def send_until_answered(endpoint: Endpoint) -> Delivery:
    """The last delivery, tried until the receiver listens."""
    for _ in range(2_000):
        Endpoint.objects.update(rests_until=None)
        Delivery.objects.filter(state="waiting").update(due_at=now(), attempts=0)
        claimed = claim_next(now=now())
        assert claimed is not None
        serve(claimed)
        found = Delivery.objects.latest("pk")
        if found.status is not None:
            return found
    raise AssertionError("the sample does not listen")


def test_a_sample_takes_a_message_once(receiver: "tuple[Endpoint, subprocess.Popen[str]]") -> None:
    endpoint, process = receiver
    publish("Moonlit Jazz")
    services.follow(now=now())
    first = send_until_answered(endpoint)
    assert (first.state, first.status) == ("delivered", 204)
    services.redeliver(endpoint.user, endpoint.pk, first.pk)
    assert send_until_answered(endpoint).status == 204
    publish("Another")
    services.follow(now=now())
    assert send_until_answered(endpoint).status == 204
    process.kill()
    said, _ = process.communicate()
    assert said.splitlines() == ["event.published Moonlit Jazz", "event.published Another"]


def test_a_sample_refuses_another_secret(receiver: "tuple[Endpoint, subprocess.Popen[str]]") -> None:
    endpoint, _ = receiver
    services.renew_secret(endpoint.user, endpoint.pk)
    services.send_test(endpoint.user, endpoint.pk)
    assert send_until_answered(endpoint).status == 204, "either secret, for a day"
    Endpoint.objects.update(former_secret="", former_until=None)
    services.send_test(endpoint.user, endpoint.pk)
    refused = send_until_answered(endpoint)
    assert (refused.state, refused.status) == ("waiting", 401)
