"""`python -m training.expecting`: errors of what is expected beside those of the naive model, how often it would have been shown, and
how calibrated its chances are, as tables and one line of JSON.

`--held-out` uses the worlds and seeds that decide; ask for them once something is finished.
"""

import argparse
import json

from training.expecting.comparing import Told, compared, live
from training.expecting.records import DEVELOPMENT, DEVELOPMENT_SEEDS, HELD_OUT, HELD_OUT_SEEDS
from training.expecting.worlds import make_world


def main() -> None:
    """Print the figures of each world."""
    options = argparse.ArgumentParser(prog="python -m training.expecting", description=__doc__)
    options.add_argument("--held-out", action="store_true")
    settings, seeds = (
        (HELD_OUT, HELD_OUT_SEEDS) if options.parse_args().held_out else (DEVELOPMENT, DEVELOPMENT_SEEDS)
    )
    print(f"{'world':16}{'target':12}{'reach':8}{'events':>7}{'naive':>9}{'ours':>9}{'shown':>7}")
    found: dict[str, dict[str, list[float]]] = {}
    for name, setting in settings.items():
        told, number = Told(), 0
        for seed in seeds:
            number = live(make_world(setting, seed), told, first=number)
        found[name] = {}
        for (target, reach), of_events in sorted(told.errors.items()):
            one = compared(of_events)
            shown = told.shown[target, reach] / max(1, told.looks[target, reach])
            found[name][f"{target} {reach}"] = [one.events, round(one.naive, 4), round(one.ours, 4), round(shown, 3)]  # fmt: skip
            print(f"{name:16}{target:12}{reach:8}{one.events:7}{one.naive:9.3f}{one.ours:9.3f}{shown:7.0%}", flush=True)  # fmt: skip
        print(f"{name:16}told and happened: {_calibration(told.chances)}", flush=True)
    print(json.dumps(found))


def _calibration(chances: list[tuple[float, bool]]) -> str:
    """By fifths of the chances that were told: their mean, and the share that happened."""
    parts = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        rows = [one for one in chances if low <= one[0] < low + 0.2 or (low == 0.8 and one[0] == 1)]
        if rows:
            mean, share = sum(one for one, _ in rows) / len(rows), sum(one for _, one in rows) / len(rows)
            parts.append(f"{mean:.2f} {share:.2f} ({len(rows)})")
    return ", ".join(parts)


if __name__ == "__main__":
    main()
