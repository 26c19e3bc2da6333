"""One change to many readers.

`python -m benchmarks.fanout [--connections N] [--messages N] [--server daphne]`.

A bare asyncio server is measured first, with the same readers: `p99_ratio` and `connect_ratio` are the
server's figures by its own. `--server all` measures every server in turn. `--processes 2` measures
two of Daphne behind one port, alone. The readers, with topics and filters, are in another process on
the same machine, whose load counts too. The last line is `{"connections", "delivered", "lost", "p50_ms",
"p99_ms", "connect_seconds", "rss_mb", "duplicates", "kb_a_connection", "p99_ratio", "connect_ratio", "processor_seconds", "load",
"reference_seconds"}` of the last server. A repeated message counts as
delivered once, and does not replace a lost one. `rss_mb` is the peak of all the server's processes. With
`--repeat` each server is measured so often, and the spread is printed. If one cannot be measured, the others
are, and the exit code is 1.
"""

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from benchmarks.live_readers import Crowd, allow_all_files, percentile
from benchmarks.live_stage import SERVERS, live_stage
from benchmarks.processor import watched


def measure(
    server: str, connections: int, messages: int, pause: float, *, processes: int = 1
) -> dict[str, Any]:
    """Deliver `messages` changes to `connections` readers of a server with `processes`."""
    allow_all_files()  # the server inherits it
    with live_stage(server, processes=processes) as stage:
        empty, idle = stage.rss_mb(), stage.cpu_seconds()
        crowd = Crowd(stage.endpoint(), connections)
        connect_seconds = crowd.connect_seconds()
        full, connected = stage.rss_mb(), stage.cpu_seconds()
        sent = []
        for number in range(messages):
            sent.append(stage.send(number))
            time.sleep(pause)
        tally = crowd.tally(messages)
        peak, done = stage.peak_rss_mb(), stage.cpu_seconds()
    late = [moment - sent[number] for number, moment in tally.arrivals]
    print(
        f"{server}: {tally.closed} connections lost; {(full - empty) * 1024 / connections:.1f} kB a connection; processor: "
        f"{(connected - idle) * 1000 / connections:.2f} ms a connection, {(done - connected) * 1e6 / messages / connections:.0f} us a frame, "
        f"load generator {tally.cpu_seconds * 1e6 / messages / connections:.0f} us a frame",
        flush=True,
    )
    return {
        "connections": connections,
        "delivered": len(tally.arrivals),
        "lost": messages * connections - len(tally.arrivals),
        "p50_ms": percentile(late, 0.5),
        "p99_ms": percentile(late, 0.99),
        "connect_seconds": round(connect_seconds, 2),
        "rss_mb": peak,
        "duplicates": tally.duplicates,
        "kb_a_connection": round((full - empty) * 1024 / connections, 1),
    }


def beside_bare(asked: argparse.Namespace) -> dict[str, Any]:
    """The figures of the server, those of the machine, and their ratio to a bare server's in the same run."""
    measure_of = (asked.connections, asked.messages, asked.pause)
    if asked.processes > 1:
        with watched() as told:
            told |= measure(asked.server, *measure_of, processes=asked.processes)
        return told
    with watched() as told:
        bare = measure("bare", *measure_of)
        told |= measure(asked.server, *measure_of)
    told["p99_ratio"] = round(told["p99_ms"] / bare["p99_ms"], 2)
    told["connect_ratio"] = round(told["connect_seconds"] / bare["connect_seconds"], 2)
    return {**told, "bare": bare}


def spread(server: str, found: list[dict[str, Any]]) -> str:
    """Least and most of each figure over the repetitions."""
    parts = (
        f"{name} {min(row[name] for row in found)} to {max(row[name] for row in found)}"
        for name, value in found[0].items()
        if isinstance(value, float)
    )
    return f"{server}, {len(found)} times: {', '.join(parts)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between messages")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument(
        "--processes", type=int, default=1, help="of daphne, behind one port; without the bare server beside"
    )
    parser.add_argument("--server", choices=[*SERVERS, "all"], default="daphne")
    asked = parser.parse_args()
    if asked.server != "all" and asked.repeat == 1:
        print(json.dumps(beside_bare(asked)))
        return
    servers = list(SERVERS) if asked.server == "all" else [asked.server]
    found = {server: repeated(server, asked) for server in servers}
    failed = [server for server, rows in found.items() if len(rows) < asked.repeat]
    measured = [row for rows in found.values() for row in rows]
    if measured:
        print(json.dumps(measured[-1]), flush=True)
    if failed:
        raise SystemExit(f"nocturne: not measured, or not as often as asked: {', '.join(failed)}")


def repeated(server: str, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """The figures of `server`, each from a separate program with its own settings.

    Fewer than requested where some failed.
    """
    options = [
        "--connections",
        str(asked.connections),
        "--messages",
        str(asked.messages),
        "--pause",
        str(asked.pause),
    ]
    found = []
    for _ in range(asked.repeat):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.fanout", "--server", server, *options],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        print(
            *(f"{server}: {line.removeprefix(f'{server}: ')}" for line in done.stdout.splitlines()),
            sep="\n",
            flush=True,
        )
        if done.returncode == 0:
            found.append(json.loads(done.stdout.splitlines()[-1]))
    if len(found) > 1:
        print(spread(server, found), flush=True)
    return found


if __name__ == "__main__":
    main()
