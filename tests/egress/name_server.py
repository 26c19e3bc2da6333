"""A DNS server on loopback, for tests: it answers by UDP."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from dns import flags, message, rcode, rdatatype, rrset

#: Texts by name (without the last dot), and records of another kind by `KIND name`, as a zone file has them.
Records = Mapping[str, Sequence[str]]


@contextmanager
def name_server(records: Records, *, silent: bool = False) -> Iterator[str]:
    """Serve these records; gives `address:port`. `silent` never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))

        def answer() -> None:
            with suppress(OSError):
                while True:
                    asked, whence = listening.recvfrom(4096)
                    if not asked:
                        return
                    if not silent:
                        listening.sendto(_answered(asked, records), whence)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        try:
            yield f"127.0.0.1:{port}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", ("127.0.0.1", port))
            thread.join(5)


def _answered(asked: bytes, records: Records) -> bytes:
    question = message.from_wire(asked)
    answer = message.make_response(question)
    answer.flags |= flags.RA
    name, kind = question.question[0].name, rdatatype.to_text(question.question[0].rdtype)
    plain = name.to_text(omit_final_dot=True)
    found = records.get(plain if kind == "TXT" else f"{kind} {plain}")
    if found is None and not any(key.rpartition(" ")[2] == plain for key in records):
        answer.set_rcode(rcode.NXDOMAIN)
    elif found:
        said = (f'"{text}"' for text in found) if kind == "TXT" else found
        answer.answer.append(rrset.from_text(name, 60, "IN", kind, *said))
    return answer.to_wire()
