"""The series that are kept every minute: their names, units and meaning. Rules of alerts name them."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Series:
    """One number a minute. `unit`: share (0 to 1), s, count, or /min. `group` is the chart that shows it."""

    name: str
    unit: str
    about: str
    group: str


QUEUES: Final = ("fetch", "scrape", "process", "enrich", "notify")
COMPONENTS: Final = (
    "database",
    "replica",
    "valkey",
    "queues",
    "beat",
    "crawler",
    "models",
    "disk",
    "mail",
    "live",
    "sources",
)
#: What is expected of events (`insights.expecting`).
EXPECTED: Final = (
    ("registered", "seats at the start"),
    ("attendance", "who comes"),
    ("sells_out", "selling out"),
)
#: All of them: the table cannot have others, so their number bounds its size.
SERIES: Final = {
    one.name: one
    for one in (
        Series("http_answers", "/min", "Answers of pages and API.", "Answers a minute"),
        Series("http_errors", "/min", "Answers with a status from 500 on.", "Answers a minute"),
        Series("http_error_share", "share", "Share of the answers with a status from 500 on.", "Share of errors"),
        Series("http_p95", "s", "95 % of the answers took at most so long (upper bound of the bucket).", "Seconds of an answer, p95"),
        Series("page_cache_hit_share", "share", "Answers that the page cache had.", "Shares found in caches"),
        Series("cache_hit_share", "share", "Reads of Valkey that found their key.", "Shares found in caches"),
        Series("db_hit_share", "share", "Blocks that PostgreSQL had in memory.", "Shares found in caches"),
        Series("db_connections_share", "share", "Connections in use, of those that may be open.", "Share of connections in use"),
        Series("db_pool_used_share", "share", "Connections in use in the web processes' pools, of those they may open.", "Share of connections in use"),
        Series("db_pool_waiting", "count", "Requests that wait for a connection of a pool.", "Slow queries and waits for locks"),
        Series("db_slow_queries", "count", "Queries that run for more than a second.", "Slow queries and waits for locks"),
        Series("db_lock_waits", "count", "Connections that wait for a lock.", "Slow queries and waits for locks"),
        Series("db_longest_transaction", "s", "Age of the oldest open transaction.", "Seconds behind in the database"),
        Series("db_replication_lag", "s", "How far the slowest replica is behind.", "Seconds behind in the database"),
        Series("db_dead_share", "share", "Rows that vacuum has not taken yet.", "Share of dead rows"),
        *(Series(f"queue_messages_{name}", "count", f"Messages in the queue {name}.", "Messages that wait") for name in QUEUES),
        *(Series(f"queue_age_{name}", "s", f"Age of the oldest message of {name}.", "Age of the oldest message") for name in QUEUES),
        Series("beat_late", "s", "Since the heartbeat was due.", "Lateness of clock and feed"),
        Series("outbox_lag", "s", "Age of the oldest change without a number.", "Lateness of clock and feed"),
        Series("vectors_late", "s", "Age of the oldest event without a vector.", "Events without a vector"),
        Series("vectors_waiting", "count", "Events without a vector.", "Events without a vector"),
        Series("mails_waiting", "count", "Mails of a day that wait or failed.", "Mails"),
        Series("mails_refused", "count", "Mails of the last hour that were refused or bounced.", "Mails"),
        Series("live_connections", "count", "Connections to the live feed.", "Connections to the live feed"),
        Series("runs", "count", "Runs that ended within the last hour.", "Runs of the last hour"),
        Series("run_failure_share", "share", "Share of them that failed, were refused or held.", "Share of failed runs"),
        Series("sources_ill_share", "share", "Active sources that do badly.", "Share of sources that do badly"),
        Series("events_new", "count", "New events of the last hour's runs.", "New events of the last hour"),
        Series("reviews_waiting", "count", "What waits for a moderator.", "Waiting for a moderator"),
        Series("anomalies_open", "count", "Anomalies that are not over, without those that staff called wrong.", "Anomalies"),
        Series("anomaly_precision", "share", "Anomalies of 90 days that staff called right, of those answered.", "How right anomalies were"),
        *(Series(f"expectation_error_{name}", "share", f"Error, of the naive one: {about}.", "Error of expectations") for name, about in EXPECTED),
        Series("source_forecast_error", "share", "Error of forecasts of failing sources, of the naive one.", "Error of expectations"),
        Series("quota_used_share", "share", "The most used quota of a key.", "The most used quota"),
        *(Series(f"health_{name}", "count", f"Health of {name}: 0 well or off, 1 in part, 2 down.", "Health of components") for name in COMPONENTS),
        Series("disk_free_share", "share", "Free room where var is.", "Free room on the disk"),
    )
}  # fmt: skip
