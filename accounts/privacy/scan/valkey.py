"""Searches Valkey (cache, channel layer, queues of tasks), and deletes what has a mark."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import redis
from django.conf import settings

from accounts.privacy.scan.finding import Finding
from accounts.privacy.scan.marks import Marks

#: How the members of a key are read, by its type: pairs of a handle for deleting, and bytes to search.
_READ: Final[dict[bytes, Callable[[Any, bytes], list[tuple[bytes | None, bytes]]]]] = {
    b"string": lambda server, key: [(None, server.get(key) or b"")],
    b"list": lambda server, key: [(each, each) for each in server.lrange(key, 0, -1)],
    b"set": lambda server, key: [(each, each) for each in server.smembers(key)],
    b"zset": lambda server, key: [(each, each) for each in server.zrange(key, 0, -1)],
    b"hash": lambda server, key: [
        (name, name + b"\n" + value) for name, value in server.hgetall(key).items()
    ],
    b"stream": lambda server, key: [(name, repr(fields).encode()) for name, fields in server.xrange(key)],
}
_DELETE: Final[dict[bytes, Callable[[Any, bytes, bytes], Any]]] = {
    b"list": lambda server, key, member: server.lrem(key, 0, member),
    b"set": lambda server, key, member: server.srem(key, member),
    b"zset": lambda server, key, member: server.zrem(key, member),
    b"hash": lambda server, key, member: server.hdel(key, member),
    b"stream": lambda server, key, member: server.xdel(key, member),
}


def scan_valkey(marks: Marks) -> Iterator[Finding]:
    """Read every key of our logical database. Raises redis.exceptions.RedisError where it is unreachable."""
    for _, key, _, _, kinds in _hits(marks):
        for kind in sorted(kinds):
            yield Finding(f"Valkey, key {key.decode('utf-8', 'replace')}", kind)


def delete_from_valkey(marks: Marks) -> int:
    """Delete keys, or members of keys, that have a mark. Returns how many."""
    count = 0
    for server, key, of, member, _ in list(_hits(marks)):
        count += 1
        if member is None:
            server.delete(key)
        else:
            _DELETE[of](server, key, member)
    return count


def _hits(marks: Marks) -> Iterator[tuple[Any, bytes, bytes, bytes | None, set[str]]]:
    """Server, key, its type, the member (None for the whole key) and the kinds of marks."""
    server: Any = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=10)
    try:
        for key in server.scan_iter(count=1000):
            of = server.type(key)
            if kinds := marks.find(key):
                yield server, key, of, None, kinds
            for member, value in _READ[of](server, key) if of in _READ else ():
                if kinds := marks.find(value):
                    yield server, key, of, member, kinds
    finally:
        server.close()
