"""`python -m training.anomalies`: planted anomalies that the rules of the product find in simulated years, and false alerts, as a table and one line of JSON.

`--held-out` uses the worlds and seeds that decide; ask for them once something is finished. `--least` leaves out what was planted
where a day usually has fewer than so many.
"""

import argparse
import json
from statistics import median

from insights.anomalies.judging import Kind
from training.anomalies.comparing import Score, score
from training.anomalies.records import DEVELOPMENT, DEVELOPMENT_SEEDS, HELD_OUT, HELD_OUT_SEEDS
from training.anomalies.worlds import make_world


def main() -> None:
    """Print the figures of each world."""
    options = argparse.ArgumentParser(prog="python -m training.anomalies", description=__doc__)
    options.add_argument("--held-out", action="store_true")
    options.add_argument("--least", type=float, default=0.0)
    asked = options.parse_args()
    settings, seeds = (HELD_OUT, HELD_OUT_SEEDS) if asked.held_out else (DEVELOPMENT, DEVELOPMENT_SEEDS)
    print(
        f"{'world':20}{'kind':10}{'planted':>8}{'found':>7}{'after':>8}{'false a year':>14}{'precision':>11}"
    )
    told = {}
    for name, setting in settings.items():
        totals: dict[Kind, Score] = {}
        for seed in seeds:
            score(make_world(setting, seed), totals, least=asked.least)
        told[name] = {kind.value: _line(name, kind, one) for kind, one in totals.items()}
    print(json.dumps(told))


def _line(world: str, kind: Kind, one: Score) -> dict[str, float]:
    after = median(one.delays) if one.delays else 0
    unit = "h" if kind is Kind.CROWD else "d"
    print(
        f"{world:20}{kind.value:10}{one.planted:8}{one.recall:7.0%}{after:6.1f} {unit}{one.false_a_year:14.2f}{one.precision:11.0%}",
        flush=True,
    )
    return {
        "planted": one.planted,
        "found": round(one.recall, 3),
        "median_delay": after,
        "false_a_year": round(one.false_a_year, 2),
        "precision": round(one.precision, 3),
    }


if __name__ == "__main__":
    main()
