"""Dockerfile, compose and Procfile agree; a parser checks what no engine can run here."""

import http.server
import os
import re
import shlex
import threading

import pytest
import yaml
from honcho.environ import parse_procfile

from config.embedded.paths import PROJECT
from config.supervisor import one
from deploy import healthcheck

PROCFILE = dict(parse_procfile((PROJECT / "Procfile").read_text()).processes)
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continued lines joined."""
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_compose_runs_exactly_the_processes_of_the_procfile():
    started = {name: service["command"] for name, service in OURS.items() if name != "migrate"}
    assert started == {name: ["python", "-m", "config.supervisor.one", name] for name in PROCFILE}


def test_each_process_waits_for_database_broker_and_migration():
    for name in PROCFILE:
        assert {key: value["condition"] for key, value in OURS[name]["depends_on"].items()} == {
            "postgres": "service_healthy",
            "valkey": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    assert OURS["migrate"]["command"] == ["python", "manage.py", "prepare", "--no-static"]
    assert OURS["migrate"]["restart"] == "no"


def test_compose_is_in_production_mode_on_given_services_and_has_no_secret_in_it():
    for service in OURS.values():
        given = service["environment"]
        assert given["NOCTURNE_MODE"] == "production"
        assert given["REDIS_URL"] == "redis://valkey:6379/0"
        assert all(given[name].startswith("${") for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"))
        assert "${POSTGRES_PASSWORD:?" in given["DATABASE_URL"]
    assert COMPOSE["services"]["postgres"]["image"].partition("@")[0] == "pgvector/pgvector:pg16"
    assert "noeviction" in COMPOSE["services"]["valkey"]["command"]


def test_workers_and_beat_are_well_by_their_pulse():
    for name in ("worker", "notifier", "processor", "beat"):
        assert OURS[name]["healthcheck"]["test"] == ["CMD", "python", "deploy/healthcheck.py", "--pulse"]


def test_no_container_of_ours_writes_to_its_root_or_keeps_a_privilege():
    written = {"media:/var/lib/nocturne/media", "audit:/var/lib/nocturne/audit"}
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert set(service["volumes"]) == written
        assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"]  # noqa: S108


def test_database_and_broker_have_no_way_out():
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey", "rabbitmq"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]
        assert "ports" not in COMPOSE["services"][name]


def test_the_proxy_is_given_every_variable_of_its_template():
    proxy = COMPOSE["services"]["proxy"]
    template = (PROJECT / "deploy/nginx/tls.conf.template").read_text()
    code = "\n".join(line for line in template.splitlines() if not line.lstrip().startswith("#"))
    assert set(re.findall(r"\$\{(NOCTURNE_[A-Z_]+)\}", code)) == set(proxy["environment"])
    for mount in proxy["volumes"]:
        path = mount.partition(":")[0]
        assert not path.startswith(".") or (PROJECT / path).is_file()


def test_the_procfile_covers_all_queues_once():
    from config.celery import QUEUES

    words = [shlex.split(command) for command in PROCFILE.values()]
    served = [queue for line in words if "-Q" in line for queue in line[line.index("-Q") + 1].split(",")]
    assert sorted(served) == sorted(QUEUES)


def test_the_image_is_built_in_stages_and_does_not_run_as_root():
    lines = instructions()
    bases = [arguments.split()[0].partition("@")[0] for name, arguments in lines if name == "FROM"]
    assert bases == ["python:3.11-slim-trixie"] * 2, (
        "Debian's current stable, whose security suite has the newest Chromium"
    )
    last_stage = lines[max(number for number, line in enumerate(lines) if line[0] == "FROM") :]
    names = [name for name, _ in last_stage]
    assert [arguments for name, arguments in last_stage if name == "USER"] == ["10001:10001"]
    assert names.index("USER") < names.index("CMD")
    assert not any("pip install" in arguments for _, arguments in last_stage)
    (installed,) = [arguments for _, arguments in last_stage if "apt-get" in arguments]
    words = installed.partition("--no-install-recommends ")[2].partition(" &&  ")[0].partition(" && rm")[0]
    assert words.split() == [
        '"chromium/$(.',
        "/etc/os-release",
        "&&",
        "echo",
        '"$VERSION_CODENAME")-security"',
        "fonts-liberation",
    ], "nothing else"
    assert "rm -rf /var/lib/apt/lists" in installed


def test_the_image_is_healthy_by_its_own_program_and_starts_the_web_process():
    lines = dict(instructions())
    assert lines["HEALTHCHECK"].endswith('CMD ["python", "deploy/healthcheck.py"]')
    assert lines["CMD"] == '["python", "-m", "config.supervisor.one", "web"]'
    assert "--require-hashes" in (PROJECT / "Dockerfile").read_text()


def test_the_image_has_neither_the_environment_nor_data_nor_secrets():
    ignored = set((PROJECT / ".dockerignore").read_text().split())
    assert {".git", ".venv", "var", ".env"} <= ignored


@pytest.fixture
def answering():
    """A server that answers 200 to the host `nocturne.example` and 400 to others; yields its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            good = self.headers["Host"] == "nocturne.example" and self.path == "/healthz"
            self.send_response(200 if good else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_healthcheck_asks_by_an_allowed_name(answering):
    assert healthcheck.healthy(answering, "nocturne.example")
    assert not healthcheck.healthy(answering, "other.example")


def test_healthcheck_fails_where_nobody_listens():
    assert not healthcheck.healthy(1, "nocturne.example", timeout=1)


def test_a_pulse_is_a_file_that_was_touched_lately(tmp_path, monkeypatch):
    pulse = tmp_path / "pulse"
    monkeypatch.setenv("NOCTURNE_PULSE", str(pulse))
    assert healthcheck.main(["--pulse"]) == 1, "never begun"
    pulse.touch()
    assert healthcheck.main(["--pulse"]) == 0
    os.utime(pulse, (0, 0))
    assert healthcheck.main(["--pulse"]) == 1, "it hangs"


def test_one_becomes_the_named_process(monkeypatch, capsys):
    became = []
    monkeypatch.setattr("os.execv", lambda *words: became.append(words))
    one.main(["web"])
    assert became == [("/bin/sh", ["/bin/sh", "-c", f"exec {PROCFILE['web']}"])]


@pytest.mark.parametrize("words", [[], ["nothing"], ["web", "worker"]])
def test_one_names_the_processes_when_it_does_not_know_what_is_meant(words, capsys):
    assert one.main(words) == 2
    assert capsys.readouterr().err == f"nocturne: name one of {', '.join(PROCFILE)}\n"
