"""docs/third-parties.md: everything that others made and Nocturne uses or ships, with its licence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from deploy.audit.records import Report

PAGE: Final = "docs/third-parties.md"
#: Folders whose every file somebody else may have made.
_KEPT: Final = (
    "static/fonts/*",
    "static/vendor/*",
    "pipeline/geography/data/*",
    "pipeline/taxonomy/data/*",
    "pipeline/artefacts/*",
    "training/data/*",
    "training/labels/*",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """Files of this repository: a pattern, what they are, their licence, and the file that has its text (''
    for our own)."""

    files: str
    what: str
    licence: str
    text: str = ""


SHIPPED: Final = (
    Shipped(
        files="static/fonts/inter-*",
        what="the typeface Inter",
        licence="OFL-1.1",
        text="static/fonts/inter-OFL.txt",
    ),
    Shipped(
        files="static/fonts/space-grotesk-*",
        what="the typeface Space Grotesk",
        licence="OFL-1.1",
        text="static/fonts/space-grotesk-OFL.txt",
    ),
    Shipped(
        files="static/fonts/noto-sans-devanagari*",
        what="the typeface Noto Sans Devanagari",
        licence="OFL-1.1",
        text="static/fonts/noto-sans-devanagari-OFL.txt",
    ),
    Shipped(
        files="static/fonts/noto-sans-kannada*",
        what="the typeface Noto Sans Kannada",
        licence="OFL-1.1",
        text="static/fonts/noto-sans-kannada-OFL.txt",
    ),
    Shipped(
        files="static/vendor/uplot/*",
        what="the charts of uPlot 1.6.32",
        licence="MIT",
        text="static/vendor/uplot/LICENSE.txt",
    ),
    Shipped(
        files="static/vendor/leaflet/*",
        what="the maps of Leaflet 1.9.4, without the line that names its source map",
        licence="BSD-2-Clause",
        text="static/vendor/leaflet/LICENSE.txt",
    ),
    Shipped(
        files="pipeline/geography/data/towns.tsv.gz",
        what="the towns of GeoNames",
        licence="CC-BY-4.0",
        text="pipeline/geography/data/geonames-CC-BY.txt",
    ),
    Shipped(
        files="pipeline/geography/data/*",
        what="cities, areas, regions and words of venues, put together for Nocturne",
        licence="MIT",
        text="LICENSE",
    ),
    Shipped(
        files="pipeline/taxonomy/data/*",
        what="categories, their parts and tags, put together for Nocturne",
        licence="MIT",
        text="LICENSE",
    ),
    Shipped(
        files="training/data/*",
        what="examples of categories and spam, written for Nocturne",
        licence="MIT",
        text="LICENSE",
    ),
    Shipped(
        files="training/labels/*",
        what="labels of events, read by hand for Nocturne from public files that are not part of it",
        licence="MIT",
        text="LICENSE",
    ),
    Shipped(
        files="pipeline/artefacts/*",
        what="models and lists of words, trained and written for Nocturne",
        licence="MIT",
        text="LICENSE",
    ),
)
_HEAD: Final = """# Third parties

What others made and Nocturne uses, with its licence as each tells it. `python -m deploy.audit --write` writes this page, `make audit` checks that
it is current and that every licence is one of those allowed in `deploy/audit/licences.py`. Versions stand in `requirements*.txt`.
"""
_IMAGES: Final = """## Images and system packages

Not part of this repository; whoever builds or pulls them gets their licences with them.

| what | licence |
|---|---|
| `python` (Debian, CPython) | PSF-2.0 and those of Debian's packages |
| Chromium, of Debian | BSD-3-Clause and others |
| Liberation fonts, of Debian | OFL-1.1 |
| `pgvector/pgvector` (PostgreSQL, pgvector) | PostgreSQL |
| `valkey/valkey` | BSD-3-Clause |
"""


def page(product: Mapping[str, str], tools: Mapping[str, str], shipped: Sequence[Shipped] = SHIPPED) -> str:
    """The page for packages with their licences, by name."""
    files = [
        f"| `{one.files}` | {one.what} | {one.licence} | "
        + (f"[{one.text}](../{one.text})" if one.text else "")
        + " |"
        for one in shipped
    ]
    return "\n".join([
        _HEAD, "## Packages that the product needs\n", *_table(product), "\n## Packages for development and tests\n", *_table(tools),
        "\n## Files of this repository\n", "| files | what | licence | text |", "|---|---|---|---|", *files, "", _IMAGES,
    ])  # fmt: skip


def read_page(text: str) -> dict[str, str]:
    """Licence by package, as the page has them."""
    rows = (
        line.strip("| ").split(" | ")
        for line in text.splitlines()
        if line.startswith("| ") and line.count(" | ") == 1
    )
    return {
        row[0]: row[1]
        for row in rows
        if not row[0].startswith(("`", "what", "Chromium", "Liberation", "package"))
    }


def check(text: str, found: Mapping[str, str], declared: Iterable[str]) -> Report:
    """Whether the page says the same. Packages of another Python or system may stand there too, as long as
    they are declared."""
    told = read_page(text)
    wrong = sorted(name for name in found if told.get(name) != found[name]) + sorted(
        told.keys() - set(declared)
    )
    problems = [f"{PAGE} is not current ({', '.join(wrong[:5])}); make audit ARGS=--write"] if wrong else []
    return Report(problems=problems, facts={"listed": len(told)})


def check_files(files: Iterable[str], root: Path, shipped: Sequence[Shipped] = SHIPPED) -> Report:
    """Whether every file in a folder of others' work is named with its licence, whose text is there."""
    strange = [
        name
        for name in files
        if any(fnmatch(name, kept) for kept in _KEPT) and not any(fnmatch(name, one.files) for one in shipped)
    ]
    lost = [one.text for one in shipped if one.text and not (root / one.text).is_file()]
    problems = [
        f"{name}: whose is it, under which licence? Name it in deploy/audit/third_parties.py"
        for name in strange
    ]
    return Report(problems=[*problems, *(f"{name}: the licence's text is not there" for name in lost)])


def _table(licences: Mapping[str, str]) -> list[str]:
    return [
        "| package | licence |",
        "|---|---|",
        *(f"| {name} | {licence} |" for name, licence in sorted(licences.items())),
    ]
