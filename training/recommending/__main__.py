"""`python -m training.recommending`: how far the recommenders of the product and their rivals come in simulated worlds, as a table and one line of JSON.

`--held-out` uses the worlds and seeds that decide; ask for them once something is finished. `--learn` prints the weights of
`insights.recommending.scoring`, learnt in the development worlds.
"""

import argparse
import json

from insights.recommending.scoring import WEIGHTS
from training.recommending.comparing import Figures, compare, gain_over, joined
from training.recommending.crowd import make_world
from training.recommending.learning import learn
from training.recommending.product import Product
from training.recommending.records import DEVELOPMENT, DEVELOPMENT_SEEDS, HELD_OUT, HELD_OUT_SEEDS, NO_TASTES
from training.recommending.rivals import Oracle, rivals


def main() -> None:
    """Print the figures of each world."""
    options = argparse.ArgumentParser(prog="python -m training.recommending", description=__doc__)
    options.add_argument("--held-out", action="store_true")
    options.add_argument("--learn", action="store_true")
    asked = options.parse_args()
    if asked.learn:
        worlds = [make_world(setting, seed) for setting in DEVELOPMENT.values() for seed in DEVELOPMENT_SEEDS]
        print(json.dumps(learn(worlds)))
        return
    is_held_out = asked.held_out
    settings, seeds = (HELD_OUT, HELD_OUT_SEEDS) if is_held_out else (DEVELOPMENT, DEVELOPMENT_SEEDS)
    print(
        f"{'world':22}{'recommender':14}{'NDCG@10':>8}{'over popularity':>28}{'coverage':>10}{'novelty':>9}{'small':>7}"
    )
    said = {}
    for name, setting in {**settings, "no tastes": NO_TASTES}.items():
        worlds = [make_world(setting, seed) for seed in seeds]
        each = [
            compare(world, [*rivals(), *(Product(name) for name in WEIGHTS), Oracle(world)])
            for world in worlds
        ]
        figures = [joined(parts) for parts in zip(*each, strict=True)]
        said[name] = {one.name: _line(name, one, figures[0]) for one in figures}
    print(json.dumps(said))


def _line(world: str, one: Figures, popularity: Figures) -> dict[str, float | list[float]]:
    gain, low, high = gain_over(one, popularity)
    over = f"{gain:+.1%} ({low:+.1%} to {high:+.1%})"
    print(
        f"{world:22}{one.name:14}{one.mean:8.4f}{over:>28}{one.coverage:10.3f}{one.novelty:9.2f}{one.small:7.3f}",
        flush=True,
    )
    return {
        "ndcg_10": round(one.mean, 4),
        "over_popularity": [round(each, 4) for each in (gain, low, high)],
        "coverage": round(one.coverage, 4),
        "novelty_bits": round(one.novelty, 3),
        "small_venues": round(one.small, 4),
        "rows": len(one.ndcg),
    }


if __name__ == "__main__":
    main()
