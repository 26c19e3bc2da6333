"""RabbitMQ as the broker: a real one, real workers, and what tells of its queues."""

import ipaddress
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kombu import Connection

from config import broker_settings
from tests.rabbitmq import RabbitMQ, running
from tests.smoke.test_smoke import WELL, results, site_of
from tests.trouble.machine import Machine, opened
from tests.waiting import until

pytestmark = pytest.mark.real_clock
#: The lengths and ages of the queues, as the metrics, the health and the alarms know them.
_WAITS = """
from operations.measures.queues import waits
answer = {name: [one.messages, one.seconds] for name, one in waits().items()}
"""
_QUEUE = """
from outbox.tasks import number_changes
for _ in range({times}):
    number_changes.delay()
"""
#: How long a refusal takes, the first and the second time.
_REFUSED = """
import time
from kombu.exceptions import OperationalError
from outbox.tasks import number_changes
answer = []
for _ in range(2):
    begun = time.monotonic()
    try:
        number_changes.delay()
        answer.append("taken")
    except OperationalError:
        answer.append(time.monotonic() - begun)
"""
_EMPTIED = """
from config.celery import app
with app.connection() as link:
    for queue in app.conf.task_queues:
        bound = queue.bind(link.default_channel)
        bound.declare()
        bound.purge()
"""
_CONSUMERS = """
from config.celery import app
with app.connection() as link:
    answer = sum(queue.bind(link.default_channel).queue_declare().consumer_count for queue in app.conf.task_queues)
"""
_DELETED = """
from config.celery import app
with app.connection() as link:
    for queue in app.conf.task_queues:
        queue.bind(link.default_channel).delete()
"""
_LOOK = """
from django.utils.timezone import now
from operations.components.board import look
from sources.monitoring.overview import queue_lengths
[found] = [one for one in look(now=now()) if one.name == "queues"]
answer = [found.state, found.detail, found.remedy, queue_lengths()["notify"]]
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("broker")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return folder


@pytest.fixture(scope="module")
def rabbit(certificate: Path) -> Iterator[RabbitMQ]:
    with running(tls=certificate) as server:
        yield server


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[ExitStack, list[Machine]]]:
    """One machine for all tests here, made when the first one has a database to copy."""
    with ExitStack() as stack:
        yield stack, []


@pytest.fixture
def one(db: None, rabbit: RabbitMQ, kept: tuple[ExitStack, list[Machine]]) -> Machine:
    stack, made = kept
    if not made:
        made.append(stack.enter_context(opened(BROKER_URL=rabbit.url)))
    return made[0]


@pytest.fixture
def machine(one: Machine) -> Iterator[Machine]:
    """With empty queues; what a test started ends with it."""
    until(lambda: one.do(_CONSUMERS) == 0, "the broker has back what ended workers had", 20)
    one.do(_EMPTIED)
    yield one
    for kind in list(one.pids):
        one.kill(kind)
        del one.pids[kind]


def test_an_installation_works_with_it(machine: Machine) -> None:
    site = site_of(machine)
    assert machine.get("/readyz").json()["checks"]["broker"] == "ok"
    assert results(site) == WELL


def test_queues_tell_length_and_age_and_a_lost_worker_gives_back_what_it_had(machine: Machine) -> None:
    assert machine.do(_WAITS)["notify"] == [0, 0]
    begun = time.time()
    machine.do(_QUEUE.format(times=3))
    messages, seconds = machine.do(_WAITS)["notify"]
    assert messages >= 3  # the site, which runs on, may queue one of its own
    assert 0 < seconds < time.time() - begun + 5

    with psycopg.connect(machine.services.database_url) as holding:
        holding.execute("LOCK TABLE outbox_change IN ACCESS EXCLUSIVE MODE")
        # one task numbers and waits for the table, the others find it at work and end
        machine.start("notify")
        until(lambda: machine.do(_WAITS)["notify"] == [0, 0], "the worker takes them")
        assert machine.kill("notify")
        until(lambda: machine.do(_WAITS)["notify"][0] >= 1, "what it had waits again", 20)
    machine.start("notify")
    until(lambda: machine.do(_WAITS)["notify"] == [0, 0], "it is worked off")


def test_the_first_worker_makes_the_queues_of_the_others(machine: Machine) -> None:
    machine.do(_DELETED)
    machine.start("notify")
    machine.do(_QUEUE.format(times=1))
    until(lambda: machine.do(_WAITS)["notify"] == [0, 0], "the worker is there")
    assert "delayed delivery" not in machine.log_of("notify").read_text()


def test_a_delayed_task_waits_at_the_broker_and_not_in_a_worker(machine: Machine) -> None:
    machine.start("notify")  # a worker makes what delays
    machine.do(_QUEUE.format(times=1))
    until(lambda: machine.do(_WAITS)["notify"] == [0, 0], "the worker is there")
    machine.kill("notify")
    until(
        lambda: machine.do(_CONSUMERS) == 0, "the broker has seen it, and has back what it had not ended", 20
    )
    machine.do(_EMPTIED)
    machine.do("from outbox.tasks import number_changes\nnumber_changes.apply_async(countdown=8)")
    assert machine.do(_WAITS)["notify"] == [0, 0]
    until(lambda: machine.do(_WAITS)["notify"][0] == 1, "its time has come", 20)


def test_without_it_who_queues_is_told_and_does_not_wait_and_it_is_found_again(
    machine: Machine, rabbit: RabbitMQ
) -> None:
    rabbit.kill()
    try:
        first, second = machine.do(_REFUSED)
        assert first < 5
        assert second < 0.1, "the breaker is open"
        state, detail, remedy, length = machine.do(_LOOK)
        assert (state, length) == ("down", None)
        assert detail == "It could not be asked: BrokerAway."
        assert "RabbitMQ" in remedy
    finally:
        rabbit.start()
    machine.do(_QUEUE.format(times=1))
    assert machine.do(_WAITS)["notify"][0] == 1


def test_tls_is_spoken_with_a_broker_whose_certificate_is_known_alone(
    rabbit: RabbitMQ, certificate: Path
) -> None:
    known = broker_settings.options(rabbit.tls_url, str(certificate / "fullchain.pem"))["BROKER_USE_SSL"]
    for ssl, answer in ((known, "connected"), ({**known, "ca_certs": None}, "SSLCertVerificationError")):
        link = Connection(rabbit.tls_url, ssl=ssl, connect_timeout=5)
        try:
            link.connect()
            said = "connected"
        except OSError as error:
            said = type(error).__name__
        finally:
            link.release()
        assert said == answer
