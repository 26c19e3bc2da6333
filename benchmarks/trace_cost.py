"""What traces cost: `python -m benchmarks.trace_cost --pairs 10 --events 1000 --share 1`.

Pairs, as in `log_cost`: feeds of new events are loaded in turns with traces and without, to a receiver on loopback whose
own processor time is not counted. Each load is one trace; with `--share 1` all of them are measured and sent. Last line:
`{"pairs", "events", "with_ms", "without_ms", "share_percent", "lowest_percent", "highest_percent", "spans_ms_per_batch",
"direct_percent", "share", "received_bytes", "processor_seconds", "load", "reference_seconds"}`; `share_percent` is the median
of the pairs, `direct_percent` the time of one batch's spans, made and sent alone, over that of the batch.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import world
from benchmarks.log_cost import compared
from benchmarks.processor import processor_seconds, watched
from pipeline import tracing as spans


def main() -> None:
    """Run once and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--pairs", type=int, default=10)
    options.add_argument("--events", type=int, default=1000)
    options.add_argument("--existing", type=int, default=2000)
    options.add_argument("--share", type=float, default=1.0)
    options.add_argument(
        "--receive", type=Path, help="be the receiver, with its port and its count in this folder"
    )
    asked = options.parse_args()
    if asked.receive:
        _receive(asked.receive)
        return
    world.setup()
    from django.conf import settings

    with (
        TemporaryDirectory() as folder,
        _receiver(Path(folder)) as port,
        world.database(asked.existing),
        watched() as told,
    ):
        told |= compared(asked.pairs, asked.events, partial(_traced, port=port, share=asked.share))
        batch, direct = told["without_ms"] * settings.PIPELINE_BATCH_SIZE, _direct(port)
        told |= {"spans_ms_per_batch": round(direct, 3), "direct_percent": round(100 * direct / batch, 3)}
        told["share"] = asked.share
        told["received_bytes"] = int((Path(folder) / "bytes").read_text() or 0)
    print(json.dumps(told))


@contextmanager
def _traced(*, is_on: bool, port: int, share: float) -> Iterator[None]:
    if not is_on:
        yield
        return
    from config import tracing

    here = tracing.start(f"http://127.0.0.1:{port}", headers={}, share=share, key="benchmark")
    try:
        with spans.span("request"):
            yield
    finally:
        here.stop()


def _direct(port: int, count: int = 2000) -> float:
    """Milliseconds of processor time for the spans of one batch, made and sent alone."""
    from pipeline.refinement.pipeline import STEPS

    seconds = {name: 0.001 for name, _ in STEPS}
    before = processor_seconds()
    with _traced(is_on=True, port=port, share=1.0):
        for _ in range(count):
            with spans.span("batch", ago=0.1, records=200):
                spans.steps(seconds)
                with spans.span("transaction", records=200):
                    for name in ("place", "match", "record"):
                        with spans.span(f"step {name}", records=200):
                            pass
                    with spans.span("change", changes=200, type="event.published"):
                        pass
    return (processor_seconds() - before) * 1000 / count


@contextmanager
def _receiver(folder: Path) -> Iterator[int]:
    """The port of a receiver that is no child of this process, so that its time is not counted."""
    (folder / "bytes").write_text("0")
    os.mkfifo(folder / "port")
    words = [sys.executable, "-m", "benchmarks.trace_cost", "--receive", str(folder)]
    subprocess.run(
        ["sh", "-c", '"$@" >/dev/null 2>&1 & echo $! > "$0"', str(folder / "pid"), *words], check=True
    )
    try:
        yield int((folder / "port").read_text())
    finally:
        os.kill(int((folder / "pid").read_text()), signal.SIGTERM)


def _receive(folder: Path) -> None:
    received = 0

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            nonlocal received
            received += len(self.rfile.read(int(self.headers["Content-Length"])))
            (folder / "bytes").write_text(str(received))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is told."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    (folder / "port").write_text(str(server.server_port))
    server.serve_forever()


if __name__ == "__main__":
    main()
