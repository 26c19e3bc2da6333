"""What is shipped for Prometheus, Alertmanager, Grafana and logs: checked by their own programs, and every query run by a real
Prometheus that has scraped a running site.
"""

import json
import re
import secrets
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from django.utils.timezone import now
from redis.exceptions import ConnectionError as RedisConnectionError
from uuid_utils.compat import uuid7

from config import feed_metrics, metrics
from config.embedded.paths import PROJECT
from deploy import dashboards
from digests.models import Delivery, Subscription
from egress.factory import open_valkey
from egress.facts import ExchangeFact
from egress.metrics import ValkeyMetrics
from egress.quota.database import DatabaseQuotas
from insights.models import Anomaly, ExpectationAccuracy
from mail.models import Dispatch
from operations.measures import families
from operations.measures.requests import RequestCounts
from operations.models import SourceForecastAccuracy
from operations.watch.shipped import RULES
from pipeline.contract.http import Quota
from realtime.connections.registry import HubRegistry, HubStats
from sources.models import FetchRun
from sources.monitoring.metrics import PipelineCounts
from tests.factories import make_city, make_source
from tests.ports import free_port

FOLDER = PROJECT / "deploy" / "monitoring"
TOKEN = "let-prometheus-in"
_NAME = re.compile(r"\b(nocturne_[a-z0-9_]+)\b(?:\{([^}]*)\})?")
_RECORDED = re.compile(r"\bnocturne:[a-z0-9_:]+")
_BY = re.compile(r"\bby\s*\(([^)]*)\)")
_SHOWN = re.compile(r"\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}")


def program(name: str) -> str:
    """The program, or a plain skip."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: prometheus, prometheus-alertmanager)")
    return found


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries() -> Iterator[tuple[str, str, str]]:
    """Where it stands, the query, and the text that shows its labels."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"], json.dumps(rule.get("annotations", {}))
    for key in dashboards.DASHBOARDS:
        for panel in json.loads((dashboards.FOLDER / f"{key}.json").read_text())["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$__rate_interval", "1m")
                yield f"{key}, {panel['title']}", query, target["legendFormat"]


# --- their own checks


def test_prometheus_accepts_its_configuration_and_rules(tmp_path: Path) -> None:
    promtool = program("promtool")
    configuration = prometheus_configuration(tmp_path, "web:8000")
    done = subprocess.run(
        [promtool, "check", "config", configuration], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_begin_when_their_rules_say(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "rules.yml", tmp_path / "rules.yml")
    series = [
        {"series": 'nocturne_http_answers_total{route="a", status="200"}', "values": "0+80x20"},
        {"series": 'nocturne_http_answers_total{route="a", status="500"}', "values": "0+20x20"},
        {"series": 'nocturne_queue_age_seconds{queue="process"}', "values": "0+120x20"},
        {"series": 'up{job="nocturne"}', "values": "1x20"},
    ]
    expected = [
        ("1m", "NocturneErrorsMany", False),
        ("12m", "NocturneErrorsMany", True),
        ("12m", "NocturneQueueStuck", False),
        ("12m", "NocturneGone", False),
    ]
    labels = {"severity": "critical", "rule": "errors-many"}
    alert = {
        "exp_labels": labels,
        "exp_annotations": {"summary": "More than 10 % of the answers are errors."},
    }
    tests = [
        {"eval_time": at, "alertname": name, "exp_alerts": [alert] if fires else []}
        for at, name, fires in expected
    ]
    case = {"rule_files": ["rules.yml"], "evaluation_interval": "30s"}
    case["tests"] = [{"interval": "1m", "input_series": series, "alert_rule_test": tests}]
    (tmp_path / "case.yml").write_text(yaml.safe_dump(case))
    done = subprocess.run(
        [program("promtool"), "test", "rules", tmp_path / "case.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_alertmanager_accepts_its_configuration() -> None:
    done = subprocess.run(
        [program("amtool"), "check-config", FOLDER / "alertmanager.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_a_shipped_rule_with_its_section_in_the_runbook() -> None:
    shipped = {one[0]: one[6].value for one in RULES}
    alerts = [rule for rule in rules() if "alert" in rule]
    assert len({rule["alert"] for rule in alerts}) == len(alerts) >= 20
    for rule in alerts:
        assert rule["labels"]["severity"] == shipped[rule["labels"]["rule"]], rule["alert"]
        assert rule["annotations"]["summary"].endswith("."), rule["alert"]


def test_dashboards_are_as_the_code_says_and_grafana_can_draw_them() -> None:
    sources = yaml.safe_load((FOLDER / "grafana/provisioning/datasources/nocturne.yaml").read_text())[
        "datasources"
    ]
    known = {one["uid"] for one in sources}
    assert {path.stem for path in dashboards.FOLDER.iterdir()} == set(dashboards.DASHBOARDS)
    assert set(dashboards.DASHBOARDS) == {"platform", "pipeline", "live", "business"}
    for key in dashboards.DASHBOARDS:
        text = (dashboards.FOLDER / f"{key}.json").read_text()
        assert text == dashboards.written(key), f"run: python -m deploy.dashboards ({key})"
        board = json.loads(text)
        panels = board["panels"]
        assert board["uid"] == f"nocturne-{key}"
        assert len({one["id"] for one in panels}) == len({one["title"] for one in panels}) == len(panels)
        cells = [(one["gridPos"]["x"], one["gridPos"]["y"]) for one in panels]
        assert len(set(cells)) == len(cells)
        for panel in panels:
            assert panel["datasource"]["uid"] in known
            assert len({one["refId"] for one in panel["targets"]}) == len(panel["targets"]) > 0


def test_compose_and_the_configuration_of_logs_say_the_same_names() -> None:
    compose = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    mounted = [
        volume.split(":")[0] for one in compose["services"].values() for volume in one.get("volumes", ())
    ]
    assert all((PROJECT / path).exists() for path in mounted if path.startswith("./deploy"))
    vector = yaml.safe_load((FOLDER / "vector.yaml").read_text())
    loki = yaml.safe_load((FOLDER / "loki.yml").read_text())
    endpoint = vector["sinks"]["loki"]["endpoint"]
    assert endpoint == f"http://loki:{loki['server']['http_listen_port']}"
    assert "loki" in compose["services"]
    for part in (*vector["transforms"].values(), *vector["sinks"].values()):
        assert set(part["inputs"]) <= vector["sources"].keys() | vector["transforms"].keys()
    wanted = {secret for one in compose["services"].values() for secret in one.get("secrets", ())}
    assert wanted == compose["secrets"].keys()


# --- every query, by a real Prometheus


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """A site of which every metric has something to say; one part of them cannot be read."""
    client, prefix = open_valkey(), f"test:{secrets.token_hex(6)}:"
    sent, runs = ValkeyMetrics(client, prefix=prefix), PipelineCounts(client, prefix=prefix)
    answers, hubs = RequestCounts(key=prefix + "http", every=900), HubRegistry(client, prefix=prefix)
    monkeypatch.setattr(metrics, "open_metrics", lambda: sent)
    monkeypatch.setattr(metrics, "open_counts", lambda: runs)
    monkeypatch.setattr(families, "open_counts", lambda: runs)
    monkeypatch.setattr(families, "COUNTS", answers)
    monkeypatch.setattr(feed_metrics, "open_registry", lambda: hubs)

    def away() -> Any:
        raise RedisConnectionError("no")

    monkeypatch.setattr(metrics, "open_breaker", away)
    at = datetime(2026, 11, 21, tzinfo=UTC)
    for status in (200, 429):
        sent(ExchangeFact(at=at, method="GET", url="", host="api.example", endpoint="/events", status=status,
                          code="" if status == 200 else "rate limited", seconds=0.2, waited=1.0, size=10))  # fmt: skip
    runs.add(
        "town",
        discovered={"music": 3},
        merged=1,
        dropped={"past": 1},
        steps={"times": {"seconds": 0.5, "taken": 4}},
    )
    answers.count("events/", 200, 0.1, kept="hit")
    answers.count("events/", 500, 0.1)
    answers.flush()
    counts = {
        "messages": 1,
        "frames": 1,
        "opened|sse": 1,
        "resumes|fresh": 1,
        "dropped|slow": 1,
        "refused|unknown": 1,
    }
    hubs.report("one", HubStats(connections={"sse": 1}), counts, now=now().timestamp())
    source, city = make_source(slug="town", is_active=True), make_city()
    FetchRun.objects.create(
        source=source, state="success", started_at=now(), finished_at=now(), new=2, merged=1
    )
    DatabaseQuotas().take("yelp", [Quota(requests=5000, seconds=86_400, cost=0.5)])
    reader = Subscription.objects.create(city=city, address_hash=uuid7().hex, token_hash=uuid7().hex)
    Delivery.objects.create(subscription=reader, kind="digest", period="2026-W47", state="failed")
    Dispatch.objects.create(key="c:1", stream="digest", address_hash="1", state="accepted", handed_at=now())
    Anomaly.objects.create(
        kind="fewer", key="town", name="Town", words="Town brought nothing.", found=0, expected=40, began_at=now(), was_right=True, answered_at=now(),
    )  # fmt: skip
    ExpectationAccuracy.objects.create(
        day=now().date(), target="registered", reach="near", events=40, naive_error=9, error=4, is_shown=True
    )
    SourceForecastAccuracy.objects.create(
        day=now().date(), weeks=40, naive_error=0.1, error=0.08, is_shown=True
    )
    yield
    for key in client.scan_iter(prefix + "*"):
        client.delete(key)


def prometheus_configuration(folder: Path, target: str) -> Path:
    """The shipped one, with this target, and a second between scrapes."""
    shutil.copy(FOLDER / "rules.yml", folder / "rules.yml")
    (folder / "token").write_text(TOKEN)
    text = (FOLDER / "prometheus.yml").read_text()
    for was, becomes in (("web:8000", target), ("/run/secrets/metrics-token", str(folder / "token")), ("alertmanager:9093", "127.0.0.1:1"),
                         ("scrape_interval: 30s", "scrape_interval: 1s"), ("scrape_timeout: 20s", "scrape_timeout: 1s"),
                         ("evaluation_interval: 30s", "evaluation_interval: 1s")):  # fmt: skip
        assert was in text
        text = text.replace(was, becomes)
    (folder / "prometheus.yml").write_text(text)
    return folder / "prometheus.yml"


@pytest.fixture
def prometheus(tmp_path: Path, live_server: Any, settings: Any, worked: None) -> Iterator[Callable[..., Any]]:
    """Asks the API of a Prometheus that has scraped the running site."""
    settings.METRICS_TOKEN = TOKEN
    words = [
        program("prometheus"),
        f"--config.file={prometheus_configuration(tmp_path, live_server.url.removeprefix('http://'))}",
    ]
    port = free_port()
    words += [
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    process = subprocess.Popen(words)

    def ask(path: str, **given: str) -> Any:
        return httpx.get(f"http://127.0.0.1:{port}/api/v1/{path}", params=given, timeout=20).json()

    try:
        waiting = threading.Event()
        for _ in range(600):
            assert process.poll() is None, "Prometheus ended"
            try:
                if ask("query", query="nocturne:http_error_share:rate5m or up == 1")["data"]["result"]:
                    break
            except (httpx.TransportError, KeyError, ValueError):
                pass  # it is not up yet
            waiting.wait(0.1)
        else:
            pytest.fail("Prometheus has not scraped the site within a minute")
        yield ask
    finally:
        process.terminate()
        process.wait()


def problems(query: str, shown: str, labels: Callable[[str], set[str]], recorded: set[str]) -> list[str]:
    """What the query names and no scrape has."""
    found, known = [], set[str]()
    for name, matchers in _NAME.findall(query):
        there = labels(name)
        if not there:
            found.append(f"no metric {name}")
        found += [
            f"{name} has no label {one}"
            for one in re.findall(r"(\w+)\s*[=!]~?", matchers)
            if one not in there
        ]
        known |= there
    found += [f"no rule records {name}" for name in _RECORDED.findall(query) if name not in recorded]
    asked = {word.strip() for words in _BY.findall(query) for word in words.split(",")} | set(
        _SHOWN.findall(shown)
    )
    return found + [f"nothing has the label {one}" for one in sorted(asked - known)]


@pytest.mark.real_clock
def test_every_query_of_rules_and_dashboards_has_its_metrics_and_labels(prometheus: Any) -> None:
    held: dict[str, set[str]] = {}

    def labels(name: str) -> set[str]:
        if name not in held:
            held[name] = {label for one in prometheus("series", **{"match[]": name})["data"] for label in one}
        return held[name]

    recorded = {rule["record"] for rule in rules() if "record" in rule}
    wrong, count = {}, 0
    for where, query, shown in queries():
        count += 1
        answer = prometheus("query", query=query)
        faults = problems(query, shown, labels, recorded)
        if answer["status"] != "success":
            faults.append(answer["error"])
        if faults:
            wrong[f"{where}: {query}"] = faults
    assert wrong == {}
    assert count > 80
    # the check itself sees what is wrong
    assert problems("sum(nocturne_unheard_of)", "", labels, recorded) == ["no metric nocturne_unheard_of"]
    assert problems('sum by (shelf) (nocturne_queue_messages{box="1"})', "{{colour}}", labels, recorded) == [
        "nocturne_queue_messages has no label box", "nothing has the label colour", "nothing has the label shelf",
    ]  # fmt: skip
    assert problems("nocturne:never", "", labels, recorded) == ["no rule records nocturne:never"]
    assert len(rules()) == sum(len(group["rules"]) for group in prometheus("rules")["data"]["groups"])
