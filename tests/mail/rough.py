"""An SMTP server that can misbehave in every state of a conversation."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

#: What the server does instead of a reply.
HANG: Final = "hang"
CLOSE: Final = "close"
_USUAL: Final = {
    "connect": "220 rough", "EHLO": "250-rough\r\n250 STARTTLS", "STARTTLS": "220 go", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go",
    "TEXT": "250 kept", "RSET": "250 ok", "QUIT": "221 bye", "NOOP": "250 ok",
}  # fmt: skip


@dataclass
class Rough:
    """`does` has replies by state (`connect`, a verb, `TEXT` for the end of the text); `taken` the texts it said 250 to."""

    does: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    taken: list[bytes] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    connections: int = 0
    pause: float = 0.0
    port: int = 0

    def _talk(self, plain: socket.socket) -> None:
        self.connections += 1
        with contextlib.suppress(OSError), plain:
            self._session(plain)

    def _session(self, link: socket.socket) -> None:
        if not self._reply(link, "connect"):
            return
        file = link.makefile("rb")
        while line := file.readline():
            verb = line.decode("ascii", "replace").split()[0].upper()
            self.seen.append(verb)
            if not self._reply(link, verb):
                return
            if verb == "QUIT":
                return
            if verb == "STARTTLS" and self.tls is not None:
                link = self.tls.wrap_socket(link, server_side=True)
                file = link.makefile("rb")
            if verb == "DATA" and self._said("DATA").startswith("354") and not self._text(link, file):
                return

    def _text(self, link: socket.socket, file: "socket.SocketIO | object") -> bool:
        lines = []
        while (line := file.readline()) != b".\r\n":  # type: ignore[attr-defined]
            if not line:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self._said("TEXT").startswith("250") or self._said("TEXT") in (HANG, CLOSE):
            self.taken.append(b"".join(lines))  # it has the text, whatever it says then
        return self._reply(link, "TEXT")

    def _said(self, state: str) -> str:
        return self.does.get(state, _USUAL.get(state, "500 what"))

    def _reply(self, link: socket.socket, state: str) -> bool:
        said = self._said(state)
        if said == CLOSE:
            return False
        if said == HANG:
            with contextlib.suppress(OSError):
                link.recv(1)  # until the other side gives up
            return False
        time.sleep(self.pause)
        link.sendall(f"{said}\r\n".encode())
        return not said.startswith(("421", "554 no service"))


@contextlib.contextmanager
def rough_server(tls: ssl.SSLContext | None = None, **does: str) -> Iterator[Rough]:
    """A server on loopback, a thread for each connection."""
    server = Rough(does=does, tls=tls)
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=server._talk, args=(link,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        listener.close()
