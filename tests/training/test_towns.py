"""The table of towns is made from GeoNames."""

import gzip
import json

from training import towns

ZURICH = {"name": "Zürich", "countrycode": "CH", "admin1code": "ZH", "timezone": "Europe/Zurich", "latitude": 47.36667,
          "longitude": 8.55, "population": 341730, "alternatenames": ["ZRH"]}  # fmt: skip
CORNING = ZURICH | {
    "name": "Corning",
    "countrycode": "US",
    "admin1code": "NY",
    "timezone": "America/New_York",
}


def test_the_table_has_a_sorted_line_for_each_town(tmp_path, monkeypatch):
    monkeypatch.setattr(towns, "TABLE", tmp_path / "towns.tsv.gz")
    (tmp_path / "cities.json").write_text(json.dumps({"1": ZURICH, "2": CORNING, "3": ZURICH}))
    towns.main(tmp_path / "cities.json")
    first = towns.TABLE.read_bytes()
    towns.main(tmp_path / "cities.json")
    assert towns.TABLE.read_bytes() == first
    assert gzip.decompress(first).decode().splitlines() == [
        "corning\tCorning\tUS\tNY\tAmerica/New_York\t47.367\t8.550\t341730",
        "zurich\tZürich\tCH\t\tEurope/Zurich\t47.367\t8.550\t341730",
    ]
