"""From commit to frame: `python -m benchmarks.propagation [--readers N] [--messages N] [--server daphne]`.

One process commits changes, one after the other; readers in a second process note when the frame is there,
the server is a third. Counted from the moment COMMIT returned, over all readers. The last line is `{"p50_ms",
"p99_ms", "lost", "duplicates", "processor_seconds", "load", "reference_seconds"}`.
"""

import argparse
import json
import time

from benchmarks.live_readers import Crowd, percentile
from benchmarks.live_stage import SERVERS, live_stage
from benchmarks.processor import watched

WARM_UP = 5


def measure(server: str, readers: int, messages: int, pause: float) -> dict[str, float]:
    """Latencies of `messages` commits; the first few only warm up."""
    with live_stage(server) as stage:
        crowd = Crowd(stage.endpoint(), readers)
        crowd.connect_seconds()
        sent = []
        for number in range(messages + WARM_UP):
            sent.append(stage.send(number))
            time.sleep(pause)
        tally = crowd.tally(len(sent))
    lost = len(sent) * readers - len(tally.arrivals)
    print(
        f"{server}: {readers} readers, {messages} commits, {lost} frames lost, {tally.duplicates} came twice, {tally.closed} connections lost"
    )
    late = [moment - sent[number] for number, moment in tally.arrivals if number >= WARM_UP]
    return {
        "p50_ms": percentile(late, 0.5),
        "p99_ms": percentile(late, 0.99),
        "lost": lost,
        "duplicates": tally.duplicates,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between commits")
    parser.add_argument("--server", choices=sorted(SERVERS), default="daphne")
    asked = parser.parse_args()
    with watched() as told:
        told |= measure(asked.server, asked.readers, asked.messages, asked.pause)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
