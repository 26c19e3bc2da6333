"""`python -m training.failing`: Brier scores of forecasts of failing sources beside the naive ones, how often ours would have been
shown, and how calibrated it is, as a table and one line of JSON.

`--held-out` uses the worlds and seeds that decide; ask for them once something is finished.
"""

import argparse
import json
from collections import defaultdict
from statistics import fmean, stdev

from insights.expecting.judging import Compared
from operations.forecasts.chances import AHEAD, History, learn, outcome
from training.failing.worlds import (
    DAYS,
    DEVELOPMENT,
    DEVELOPMENT_SEEDS,
    HELD_OUT,
    HELD_OUT_SEEDS,
    SimulatedSource,
    make_sources,
)

#: Days that the product looks back, and by which it judges.
_LEARNT, _ROLLING = 90, 90


def main() -> None:
    """Print the figures of each world."""
    options = argparse.ArgumentParser(prog="python -m training.failing", description=__doc__)
    options.add_argument("--held-out", action="store_true")
    settings, seeds = (
        (HELD_OUT, HELD_OUT_SEEDS) if options.parse_args().held_out else (DEVELOPMENT, DEVELOPMENT_SEEDS)
    )
    print(f"{'world':16}{'forecasts':>10}{'failed':>8}{'naive':>8}{'ours':>8}{'shown':>7}  told and happened")
    found = {}
    for name, setting in settings.items():
        rows: list[tuple[int, str, float, float, bool]] = []
        shown = []
        for seed in seeds:
            told = _live(make_sources(setting, seed))
            rows += told
            shown += [_is_shown(told, today) for today in range(_LEARNT, DAYS, 7)]
        naive = fmean((row[2] - row[4]) ** 2 for row in rows)
        ours = fmean((row[3] - row[4]) ** 2 for row in rows)
        failed, share = fmean(row[4] for row in rows), fmean(shown)
        found[name] = [len(rows), round(failed, 4), round(naive, 4), round(ours, 4), round(share, 3)]
        print(
            f"{name:16}{len(rows):10}{failed:8.1%}{naive:8.4f}{ours:8.4f}{share:7.0%}  {_calibration(rows)}",
            flush=True,
        )
    print(json.dumps(found))


def _live(sources: list[SimulatedSource]) -> list[tuple[int, str, float, float, bool]]:
    """Each day after the first month: day, source, the naive chance, ours, and whether it failed."""
    rows = []
    for today in range(30, DAYS - AHEAD):
        histories = [
            History(key=one.name, kind=one.kind, days=one.days[max(0, today - _LEARNT) : today])
            for one in sources
        ]
        if today % 7 == 2 or today == 30:
            chances = learn(histories)
        for one, history in zip(sources, histories, strict=True):
            naive, ours = chances.by_last_day(history), chances.ours(history)
            bad = outcome(one.days[today : today + AHEAD])
            if naive is not None and ours is not None and bad is not None:
                rows.append((today, one.name, naive, ours, bad))
    return rows


def _is_shown(rows: list[tuple[int, str, float, float, bool]], today: int) -> bool:
    """As the product judges: by source and week."""
    errors: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for day, name, naive, ours, bad in rows:
        if today - _ROLLING <= day < today - AHEAD:
            errors[name, day // 7].append(((naive - bad) ** 2, (ours - bad) ** 2))
    pairs = [(fmean(one for one, _ in days), fmean(one for _, one in days)) for days in errors.values()]
    if len(pairs) < 2:
        return False
    spread = stdev(one - other for one, other in pairs)
    return Compared(
        events=len(pairs),
        naive=fmean(one for one, _ in pairs),
        ours=fmean(one for _, one in pairs),
        spread=spread,
    ).is_better


def _calibration(rows: list[tuple[int, str, float, float, bool]]) -> str:
    parts = []
    for low in (0.0, 0.1, 0.2, 0.4, 0.6, 0.8):
        high = low + (0.1 if low < 0.2 else 0.2)
        own = [row for row in rows if low <= row[3] < high]
        if own:
            parts.append(
                f"{fmean(row[3] for row in own):.2f} {fmean(row[4] for row in own):.2f} ({len(own)})"
            )
    return ", ".join(parts)


if __name__ == "__main__":
    main()
