"""A DNS server on loopback, for tests: it answers TXT questions by UDP."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from dns import flags, message, rcode, rdatatype, rrset


@contextmanager
def name_server(records: Mapping[str, Sequence[str]], *, silent: bool = False) -> Iterator[str]:
    """Serve these TXT records by name (without the last dot); gives `address:port`. `silent` never answers."""
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


def _answered(asked: bytes, records: Mapping[str, Sequence[str]]) -> bytes:
    question = message.from_wire(asked)
    answer = message.make_response(question)
    answer.flags |= flags.RA
    name = question.question[0].name
    texts = records.get(name.to_text(omit_final_dot=True))
    if texts is None:
        answer.set_rcode(rcode.NXDOMAIN)
    elif texts:
        answer.answer.append(rrset.from_text(name, 60, "IN", "TXT", *(f'"{text}"' for text in texts)))
    assert question.question[0].rdtype == rdatatype.TXT
    return answer.to_wire()
