"""How well search orders what people look for: `python -m benchmarks.relevance [--half open|closed|all]`.

200 queries over about 10,000 recorded real events, which are loaded through the pipeline at a fixed clock. The events of the first ten
places of three rankings were judged by reading (guideline.md). Last line: `{"queries", "ndcg10", "ndcg10_plain", "ndcg10_vectors",
"judged10", "typo_recall"}`. Asked (issue 16): 0.85 on the closed half, and above plain full text. The first run takes some minutes.

`--pool FILE` writes what is not judged yet, for a judge; `--grades FILE` takes over what the judge said.
`--worst FILE` writes the worst queries of the open half with what was found and what was wanted.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import time_machine

from benchmarks import world
from benchmarks.relevance import corpus, figures, pooling, questions, rankings, recorded, worst


def main() -> int:
    """Run once and print the figures. Returns the exit code."""
    asked = _options().parse_args()
    recorded.DATA = asked.data
    if asked.grades:
        print(f"{pooling.take(asked.grades)} grades taken over")
        return 0
    if not recorded.DATA.is_dir():
        print(
            f"benchmarks.relevance needs the recorded data in {recorded.DATA}, which is not part of the project: skipped"
        )
        return 0
    with world.running():
        if asked.fresh:
            world.drop(corpus.TEMPLATE)
        with corpus.database(), time_machine.travel(recorded.START, tick=True):
            print(json.dumps(_run(asked)))
    return 0


def _run(asked: argparse.Namespace) -> dict[str, Any]:
    rankings.prepare_plain()
    wanted = questions.read(asked.half)
    if asked.pool:
        return {"unjudged": pooling.write(wanted, asked.pool)}
    found = {name: [rank(one) for one in wanted] for name, rank in rankings.RANKINGS.items()}
    scores = {
        name: [figures.ndcg(*pair) for pair in zip(wanted, lists, strict=True)]
        for name, lists in found.items()
    }
    known = [figures.judged(*pair) for pair in zip(wanted, found["ours"], strict=True)]
    if asked.worst:
        worst.write(
            asked.worst,
            [row for row in zip(wanted, found["ours"], scores["ours"], strict=True) if row[0].half == "open"],
        )
    print(f"{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}")
    return {
        "queries": len(wanted),
        "half": asked.half,
        "ndcg10": figures.mean(scores["ours"]),
        "ndcg10_plain": figures.mean(scores["plain"]),
        "ndcg10_vectors": figures.mean(scores["vectors"]),
        "judged10": round(sum(count for count, _ in known) / max(1, sum(total for _, total in known)), 3),
        "typo_recall": figures.typo_recall(),
    }


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m benchmarks.relevance")
    options.add_argument("--half", choices=[*questions.HALVES, "all"], default="all")
    options.add_argument("--data", type=Path, default=recorded.DATA, help="the folder of recorded data")
    options.add_argument(
        "--fresh", action="store_true", help="load all events again, with the pipeline as it stands"
    )
    options.add_argument(
        "--pool", type=Path, metavar="FILE", help="write what is not judged yet, and measure nothing"
    )
    options.add_argument("--grades", type=Path, metavar="FILE", help="take over the grades of a judged pool")
    options.add_argument(
        "--worst", type=Path, metavar="FILE", help="write the worst queries of the open half"
    )
    return options


if __name__ == "__main__":
    sys.exit(main())
