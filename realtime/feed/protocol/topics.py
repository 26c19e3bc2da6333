"""The topics, and the marks from which a client resumes."""

from typing import Any

from pipeline import patterns
from pipeline.geography.fixture import city_by_old_id
from realtime.exceptions import Code, Refused

MOST_TOPICS = 50
LARGEST_OFFSET = 2**63 - 1
_SLUG = r"[a-z0-9][a-z0-9_-]{0,79}"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: The topics by kind. Who may subscribe: `realtime/connections/identity.py` and the table of rights
#: (tests/access/table/topics.txt).
_KINDS: dict[str, str] = {
    "events": "events:all",
    "list": rf"events:(?:city|area|category):{_SLUG}",
    "event": rf"events:event:{_UUID}",
    "place": rf"place:{_UUID}",
    "weather": rf"weather:{_SLUG}",
    "run": rf"run:{_UUID}",
    "scan": rf"scan:{_SLUG}",
    "desk": "desk:queue",
    "city desk": rf"desk:queue:{_SLUG}",
    "own": "user:me",
}
TOPIC_KINDS = {name: patterns.compile(kind) for name, kind in _KINDS.items()}
_TOPIC = patterns.compile("|".join(_KINDS.values()))
_MARK = patterns.compile(r"([0-9a-zA-Z_]{1,32})-([0-9]{1,19})")
STAFF_TOPICS = ("run:", "desk:")
OWN_TOPIC = "user:me"
#: What stands before the slug of a city.
_OF_CITIES = frozenset({"events:city", "weather", "scan", "desk:queue"})
#: Every reader gets this topic without asking: notices of the operators.
SYSTEM_TOPIC = "system"


def own_key(user_id: Any) -> str:
    """The key behind `user:me` of one user."""
    return f"user:{user_id}"


def read_topics(given: Any) -> tuple[str, ...]:
    """Topics, each once, in the order given. Raises Refused for an unknown one."""
    if not isinstance(given, list) or not given:
        raise Refused(Code.TOPICS, "topics must be a list with at least one topic.")
    if len(given) > MOST_TOPICS:
        raise Refused(Code.LIMIT, f"At most {MOST_TOPICS} topics.")
    for topic in given:
        if not isinstance(topic, str) or not _TOPIC.fullmatch(topic):
            raise Refused(Code.TOPICS, f"No such topic: {str(topic)[:100]}")
    return tuple(dict.fromkeys(map(_of_present_city, given)))


def _of_present_city(topic: str) -> str:
    """The same topic where it names a city by its old id, such as `ca--los-angeles`."""
    kind, colon, name = topic.rpartition(":")
    return kind + colon + city_by_old_id(name) if kind in _OF_CITIES else topic


def read_mark(text: str) -> tuple[str, int]:
    """Epoch and offset of `EPOCH-OFFSET`. Raises Refused."""
    found = _MARK.fullmatch(text)
    if not found or int(found[2]) > LARGEST_OFFSET:
        raise Refused(Code.RESUME, "Resume with EPOCH-OFFSET, as the id of an event has it.")
    return found[1], int(found[2])
