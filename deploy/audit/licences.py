"""Under which licences the packages stand, by what they say of themselves, and whether those are allowed
here."""

from collections.abc import Iterable, Mapping
from email.message import Message
from importlib.metadata import Distribution, distributions
from typing import Any, Final

from deploy.audit.records import Report, plain

#: SPDX names. Permissive ones; of those that ask for more, MPL and LGPL, which leave what only uses them
#: alone; TCL, ZPL and CNRI are permissive.
ALLOWED: Final = frozenset({
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0",
    "MIT-CMU", "MPL-2.0", "ODbL-1.0", "OFL-1.1", "PSF-2.0", "TCL", "Unlicense", "Zlib", "ZPL-2.1",
})  # fmt: skip
#: How packages write them, in the field `License` and in classifiers.
_SPELLINGS: Final = {
    "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0",
    "bsd license": "BSD", "new bsd": "BSD-3-Clause", "bsd 2-clause license": "BSD-2-Clause", "2-clause bsd license": "BSD-2-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 3-clause or apache-2.0": "BSD-3-Clause OR Apache-2.0", "isc license": "ISC", "isc license (iscl)": "ISC", "mit license": "MIT",
    "the mit license (mit)": "MIT", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "psfl": "PSF-2.0", "python software foundation license": "PSF-2.0",
    "lgplv3": "LGPL-3.0-only", "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
}  # fmt: skip


def installed() -> dict[str, Distribution]:
    """The distributions of this environment by their plain name."""
    return {plain(one.metadata["Name"]): one for one in distributions() if one.metadata["Name"]}


def look(
    names: Iterable[str], here: Mapping[str, Any], accepted: Mapping[str, str]
) -> tuple[dict[str, str], Report]:
    """The licence of each package that is installed, and what is wrong with them. Others (of another Python
    or system) are counted."""
    wanted = sorted(names)
    found = {
        name: accepted.get(name, "").partition(";")[0] or licence_of(here[name].metadata)
        for name in wanted
        if name in here
    }
    problems = [
        f"{name}: {licence or 'says no licence'} is not allowed"
        for name, licence in found.items()
        if not is_allowed(licence)
    ]
    absent = len(wanted) - len(found)
    notes = [
        f"{len(found)} packages looked at"
        + (f", {absent} are not for this Python and system" if absent else "")
    ]
    return found, Report(problems=problems, notes=notes, facts={"packages": len(found), "absent": absent})


def licence_of(metadata: Message | Any) -> str:
    """The SPDX expression of a package, as well as it tells: the expression itself, the short field, the
    classifiers; '' where none says anything."""
    expression = metadata.get("License-Expression") or ""
    if expression:
        return str(expression)
    first = (str(metadata.get("License") or "").strip().splitlines() or [""])[0].strip()
    short = _SPELLINGS.get(first.lower(), first)
    if _ids(short) and _ids(short) <= ALLOWED:
        return short
    said = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or ()
        if line.startswith("License ::") and line.count("::") > 1
    ]
    named = [_SPELLINGS.get(one.lower(), one) for one in said]
    return " AND ".join(dict.fromkeys(named)) or (short if len(short) < 60 else "")


def is_allowed(expression: str) -> bool:
    """Whether every licence that an expression names is allowed, of those that may be chosen too: whoever
    wants the choice writes it into `accepted.toml`."""
    return bool(_ids(expression)) and _ids(expression) <= ALLOWED


def _ids(expression: str) -> set[str]:
    words = expression.replace("(", " ").replace(")", " ").split()
    return {word for word in words if word not in ("AND", "OR")}
