"""One change to many readers: `python -m benchmarks.fanout [--connections N] [--messages N] [--server daphne]`.

The readers are in a process of their own on the same machine, and take their share of it. The last line is
`{"connections", "delivered", "lost", "p50_ms", "p99_ms", "connect_seconds", "rss_mb"}`; `rss_mb` is the server's peak.
"""

import argparse
import json
import resource
import time
from typing import Any

from benchmarks.live_readers import Crowd, commit, percentile
from benchmarks.live_stage import SERVERS, live_stage


def measure(server: str, connections: int, messages: int, pause: float) -> dict[str, Any]:
    """Deliver `messages` changes to `connections` readers of one topic."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the server inherits it
    with live_stage(server) as stage:
        crowd = Crowd(stage.port, connections)
        connect_seconds = crowd.connect_seconds()
        sent = []
        for number in range(messages):
            sent.append(commit(number))
            time.sleep(pause)
        arrivals, closed = crowd.tally(messages * connections)
        peak = stage.peak_rss_mb()
    print(f"{server}: {closed} connections lost")
    late = [moment - sent[number] for number, moment in arrivals]
    return {
        "connections": connections,
        "delivered": len(arrivals),
        "lost": messages * connections - len(arrivals),
        "p50_ms": percentile(late, 0.5),
        "p99_ms": percentile(late, 0.99),
        "connect_seconds": round(connect_seconds, 2),
        "rss_mb": peak,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between messages")
    parser.add_argument("--server", choices=sorted(SERVERS), default="daphne")
    asked = parser.parse_args()
    print(json.dumps(measure(asked.server, asked.connections, asked.messages, asked.pause)))


if __name__ == "__main__":
    main()
