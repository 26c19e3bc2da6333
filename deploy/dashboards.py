"""Grafana's dashboards, written as code: `python -m deploy.dashboards` writes deploy/monitoring/grafana/dashboards/*.json.

Each panel is a title, a unit of Grafana's, and queries with the names of their lines. A test runs every query against a real
Prometheus that has scraped a running site.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "monitoring" / "grafana" / "dashboards"
#: Grafana's grid has 24 columns: two panels beside each other.
WIDTH, HEIGHT = 12, 8


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart. `lines` are queries with the names of their lines; a name may contain `{{label}}`."""

    title: str
    unit: str
    lines: tuple[tuple[str, str], ...]


def _rate(metric: str, by: str = "") -> str:
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (rate({metric}[$__rate_interval]))"


def _quantile(share: str, metric: str, by: str = "") -> str:
    return f"histogram_quantile({share}, sum by ({f'le, {by}' if by else 'le'}) (rate({metric}_bucket[$__rate_interval])))"


DASHBOARDS: Final[dict[str, tuple[str, tuple[Panel, ...]]]] = {
    "platform": (
        "Platform",
        (
            Panel("Answers", "reqps", ((_rate("nocturne_http_answers_total", "status"), "{{status}}"),)),
            Panel("Share of errors", "percentunit", (
                ("nocturne:http_error_share:rate5m", "5 minutes"), ("nocturne:http_error_share:rate1h", "1 hour"),
            )),
            Panel("Seconds of an answer", "s", tuple(
                (_quantile(share, "nocturne_http_seconds"), f"p{share[2:]}") for share in ("0.50", "0.95", "0.99")
            )),
            Panel("Slowest routes, p95", "s", ((f"topk(10, {_quantile('0.95', 'nocturne_http_seconds', 'route')})", "{{route}}"),)),
            Panel("Shares found in caches", "percentunit", (
                ('sum(rate(nocturne_page_cache_total{outcome="hit"}[$__rate_interval])) / ' + _rate("nocturne_page_cache_total"), "pages"),
                ('sum(rate(nocturne_cache_reads_total{outcome="hit"}[$__rate_interval])) / ' + _rate("nocturne_cache_reads_total"), "Valkey"),
                ('sum(rate(nocturne_db_blocks_total{from="memory"}[$__rate_interval])) / ' + _rate("nocturne_db_blocks_total"), "PostgreSQL"),
            )),
            Panel("Connections of the database", "short", (
                ("sum by (state) (nocturne_db_connections)", "{{state}}"), ("nocturne_db_connections_most", "most"),
            )),
            Panel("Pools of the web processes", "short", (("sum by (of) (nocturne_db_pool)", "{{of}}"), ("nocturne_db_pools", "processes"))),
            Panel("Slow queries and locks", "short", (
                ("nocturne_db_slow_queries", "slow"), ("nocturne_db_lock_waits", "wait for a lock"),
                ("increase(nocturne_db_deadlocks_total[$__rate_interval])", "deadlocks"),
            )),
            Panel("Seconds behind in the database", "s", (
                ("nocturne_db_longest_transaction_seconds", "oldest transaction"), ("nocturne_db_replication_lag_seconds", "replica"),
            )),
            Panel("Size of the database", "bytes", (("nocturne_db_size_bytes", "size"),)),
            Panel("Dead rows", "percentunit", (("nocturne_db_dead_rows_share", "share"),)),
            Panel("Transactions", "ops", ((_rate("nocturne_db_transactions_total"), "transactions"),)),
            Panel("Memory of Valkey", "bytes", (("nocturne_cache_used_bytes", "used"),)),
            Panel("Parts of the metrics that cannot be read", "short", (("sum by (part) (nocturne_scrape_failed)", "{{part}}"),)),
        ),
    ),
    "pipeline": (
        "Pipeline",
        (
            Panel("Messages that wait", "short", (("sum by (queue) (nocturne_queue_messages)", "{{queue}}"),)),
            Panel("Age of the oldest message", "s", (("max by (queue) (nocturne_queue_age_seconds)", "{{queue}}"),)),
            Panel("Lateness", "s", (
                ("nocturne_beat_late_seconds", "clock"), ("nocturne_outbox_lag_seconds", "oldest change"),
                ("nocturne_vectors_late_seconds", "oldest event without a vector"),
            )),
            Panel("Events without a vector", "short", (("nocturne_vectors_waiting", "events"),)),
            Panel("Seconds of a run in a step, p95", "s", ((_quantile("0.95", "nocturne_stage_seconds", "stage"), "{{stage}}"),)),
            Panel("Processor of the steps", "percentunit", ((_rate("nocturne_step_seconds_total", "step"), "{{step}}"),)),
            Panel("Records through the steps", "ops", ((_rate("nocturne_step_records_total", "step"), "{{step}}"),)),
            Panel("Dropped records", "ops", ((f"topk(10, {_rate('nocturne_records_dropped_total', 'reason')})", "{{reason}}"),)),
            Panel("Runs of the last day", "short", (("sum by (state) (nocturne_runs_last_day)", "{{state}}"),)),
            Panel("Sources by health", "short", (("sum by (health) (nocturne_sources)", "{{health}}"),)),
            Panel("Answers of sites", "reqps", ((_rate("nocturne_egress_answers_total", "class"), "{{class}}"), (_rate("nocturne_egress_429_total"), "429"))),
            Panel("Failures of requests", "reqps", ((_rate("nocturne_egress_failures_total", "code"), "{{code}}"),)),
            Panel("Seconds of a request, p95", "s", ((f"topk(10, {_quantile('0.95', 'nocturne_egress_seconds', 'host')})", "{{host}}"),)),
            Panel("Received", "Bps", ((_rate("nocturne_egress_received_bytes_total"), "bytes"),)),
            Panel("Waited for rates and quotas", "percentunit", ((f"topk(10, {_rate('nocturne_egress_throttled_seconds_total', 'host')})", "{{host}}"),)),
            Panel("Left of quotas", "percentunit", (("nocturne_quota_left / nocturne_quota_granted", "{{key}} {{window}}"),)),
        ),
    ),
    "live": (
        "Live",
        (
            Panel("Connections", "short", (("sum by (way) (nocturne_live_connections)", "{{way}}"),)),
            Panel("Processes that report", "short", (("nocturne_live_processes", "processes"),)),
            Panel("Messages and frames", "ops", ((_rate("nocturne_live_messages_total"), "changes"), (_rate("nocturne_live_frames_total"), "frames"))),
            Panel("Behind", "short", (
                ("nocturne_outbox_behind", "changes that the slowest process has not sent"),
                ("nocturne_outbox_unnumbered", "changes without a number"),
            )),
            Panel("Wait for slow readers", "bytes", (("nocturne_live_queue_bytes", "all"), ("nocturne_live_queue_longest_bytes", "the longest queue"))),
            Panel("Frames that wait", "short", (("nocturne_live_queue_frames", "frames"),)),
            Panel("Opened", "ops", ((_rate("nocturne_live_opened_total", "way"), "{{way}}"),)),
            Panel("Subscriptions", "ops", ((_rate("nocturne_live_resumes_total", "outcome"), "{{outcome}}"),)),
            Panel("Closed by the server", "ops", ((_rate("nocturne_live_dropped_total", "why"), "{{why}}"),)),
            Panel("Refused messages", "ops", ((_rate("nocturne_live_refused_total", "code"), "{{code}}"),)),
            Panel("Changes", "ops", (("rate(nocturne_outbox_number[$__rate_interval])", "numbered"),)),
            Panel("Webhooks", "short", (("sum by (state) (nocturne_webhook_deliveries)", "{{state}}"), ("nocturne_webhooks_behind", "changes not read"))),
        ),
    ),
    "business": (
        "Business",
        (
            Panel("New events a day", "short", (("sum by (category) (increase(nocturne_events_discovered_total[1d]))", "{{category}}"),)),
            Panel("New events a day, by source", "short", (("topk(15, sum by (source) (increase(nocturne_events_discovered_total[1d])))", "{{source}}"),)),
            Panel("Listings that joined an event", "short", (("sum(increase(nocturne_events_merged_total[1d]))", "a day"),)),
            Panel("Duplicates by source", "percentunit", (("topk(15, nocturne_duplicate_rate)", "{{source}}"),)),
            Panel("Mails of the last hour", "short", (("sum by (stream, state) (nocturne_mail_dispatches)", "{{stream}} {{state}}"),)),
            Panel("Mails that wait or failed", "short", (("sum by (kind, state) (nocturne_mails_unsent)", "{{kind}} {{state}}"),)),
            Panel("Webhooks of people", "short", (("sum by (state) (nocturne_webhooks)", "{{state}}"), ("nocturne_webhooks_dropped", "given up"))),
            Panel("Cost of keys in their windows", "short", (("sum by (key, currency) (nocturne_quota_cost)", "{{key}} {{currency}}"),)),
            Panel("Anomalies of 90 days", "short", (("sum by (kind, answer) (nocturne_anomalies)", "{{kind}} {{answer}}"),)),
            Panel("How right anomalies were", "percentunit", (("nocturne_anomaly_precision", "{{kind}}"),)),
            Panel("Error of expectations, of the naive one", "percentunit", ((
                'nocturne_expectation_error{model="ours"} / ignoring (model) nocturne_expectation_error{model="naive"}', "{{target}} {{reach}}",
            ),)),
            Panel("Brier score of forecasts of failing sources", "short", (
                ("nocturne_source_forecast_error", "{{model}}"), ("nocturne_source_forecast_shown", "shown"),
            )),
            Panel("Expectations that are shown", "short", (("nocturne_expectation_shown", "{{target}} {{reach}}"),)),
            Panel("Readers", "short", (("sum(nocturne_live_connections)", "live"),)),
            Panel("Pages a second", "reqps", (('sum(rate(nocturne_http_answers_total{status="200"}[$__rate_interval]))', "answers"),)),
        ),
    ),
}  # fmt: skip


def dashboard(key: str) -> dict[str, Any]:
    """A dashboard as Grafana reads it."""
    title, panels = DASHBOARDS[key]
    return {
        "uid": f"nocturne-{key}",
        "title": f"Nocturne: {title}",
        "tags": ["nocturne"],
        "schemaVersion": 39,
        "timezone": "utc",
        "editable": False,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": [_panel(number, one) for number, one in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "prometheus"}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": source,
        "gridPos": {"x": number % 2 * WIDTH, "y": number // 2 * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": source, "expr": query, "legendFormat": name}
            for place, (query, name) in enumerate(panel.lines)
        ],
    }  # fmt: skip


def written(key: str) -> str:
    """The text of a dashboard's file."""
    return json.dumps(dashboard(key), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all files."""
    for key in DASHBOARDS:
        (FOLDER / f"{key}.json").write_text(written(key))


if __name__ == "__main__":
    main()
