"""Creates a new connector's files from templates, and its lines in the tables. Free of Django."""

import keyword
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline import patterns
from pipeline.contract.exceptions import ConfigInvalid

#: The paths of a new connector's files, with the template of each.
_FILES: Final = {
    "pipeline/connectors/platforms/{name}.py": "connector.py.txt",
    "tests/pipeline/connectors/platforms/test_{name}.py": "test.py.txt",
    "tests/pipeline/fixtures/{name}/answer.json": "answer.json.txt",
    "docs/sources/{name}.md": "page.md.txt",
}
_REGISTRY: Final = "pipeline/connectors/registry.py"
_README: Final = "docs/sources/README.md"
_NAME: Final = patterns.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_IMPORT: Final = "from pipeline.connectors.platforms."


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The files of a new connector: text by path below the project's root, in order.

    `edited` are existing files.
    """

    written: dict[str, str]
    edited: dict[str, str]


def plan(name: str, title: str, root: Path) -> Plan:
    """The files of a connector called `name`.

    Writes nothing. Raises ConfigInvalid where the name is no valid module name, is taken, or a table has an
    unexpected form.
    """
    if not _NAME.match(name) or len(name) > 40 or keyword.iskeyword(name):
        raise ConfigInvalid(
            f"NAME: {name[:60]!r} is none; use small letters, digits and single underscores, such as town_calendar"
        )
    registry = (root / _REGISTRY).read_text(encoding="utf-8")
    targets = {path.format(name=name): template for path, template in _FILES.items()}
    taken = [path for path in (*targets, f"pipeline/connectors/platforms/{name}") if (root / path).exists()]
    if taken or f'    "{name}": ' in registry:
        raise ConfigInvalid(
            f"NAME: {name!r} is taken ({', '.join(taken) or 'it is in the registry'}); choose another name, or remove what is there"
        )
    words = {
        "@name@": name,
        "@Class@": "".join(part.capitalize() for part in name.split("_")),
        "@title@": title or name.replace("_", " ").capitalize(),
    }
    return Plan(
        written={path: _filled(template, words) for path, template in targets.items()},
        edited={
            _REGISTRY: _registered(registry, name, words["@Class@"]),
            _README: _listed((root / _README).read_text(encoding="utf-8"), name, words["@title@"]),
        },
    )


def carry_out(made: Plan, root: Path) -> None:
    """Write a plan's files, new ones first, so that the registry never names a missing module."""
    for path, text in made.written.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    for path, text in made.edited.items():
        (root / path).write_text(text, encoding="utf-8")


def _filled(template: str, words: dict[str, str]) -> str:
    text = (Path(__file__).parent / template).read_text(encoding="utf-8")
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def _registered(text: str, name: str, prefix: str) -> str:
    """The registry with the connector's import in order, and its entry before the general formats."""
    lines = text.splitlines()
    imports = [line for line in lines if line.startswith(_IMPORT)]
    entry = next((place for place, line in enumerate(lines) if line.startswith('    "json_feed": ')), None)
    if not imports or entry is None:
        raise ConfigInvalid(
            f"{_REGISTRY}: has no imports of connectors or no line for json_feed; add the connector by hand"
        )
    lines.insert(entry, f'    "{name}": {prefix}Connector,')
    new = f"{_IMPORT}{name} import {prefix}Connector"
    after = [line for line in imports if line < new]
    lines.insert(lines.index(after[-1]) + 1 if after else lines.index(imports[0]), new)
    return "\n".join(lines) + "\n"


def _listed(text: str, name: str, title: str) -> str:
    """The table of connectors with a line for this one, before those for submissions."""
    mark = "| [`webhook`]"
    if mark not in text:
        raise ConfigInvalid(f"{_README}: has no line for webhook; add the connector by hand")
    return text.replace(mark, f"| [`{name}`]({name}.md) | documented | {title} | … |\n{mark}", 1)
