"""Addresses that must never be reached, in every known spelling, and detectors of connections.

`hostile(port)` is the table; `{port}` in it is a listener on this machine, which notices a successful
connection. A test of a URL in the table gives the guard `ports=[port]` and `resolver=resolver`, so that
neither the port nor an unknown name is the accidental reason for a refusal.
"""

import contextlib
import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

#: Stands for a public site where a test needs one that answers: see the fixture `site_counts_as_public`.
SITE = "127.99.99.99"
#: What hostile name servers answer. The second group mixes a public address with a forbidden one, or hides
#: IPv4 in IPv6.
NAMES: dict[str, tuple[str, ...]] = {
    "127.0.0.1.nip.io": ("127.0.0.1",),
    "app-7f000001.nip.io": ("127.0.0.1",),
    "10-0-0-1.sslip.io": ("10.0.0.1",),
    "localtest.me": ("127.0.0.1", "::1"),
    "lvh.me": ("127.0.0.1",),
    "metadata.goog": ("169.254.169.254",),
    "metadata.tencentyun.com": ("169.254.0.23",),
    "www.attacker.example": ("0.0.0.0",),
    "six.attacker.example": ("::1",),
    "mixed.attacker.example": ("93.184.215.14", "127.0.0.1"),
    "mapped.attacker.example": ("::ffff:127.0.0.1",),
    "nat64.attacker.example": ("64:ff9b::7f00:1",),
    "linklocal.attacker.example": ("fe80::1%1",),
    "xn--lcalhost-64a.attacker.example": ("127.0.0.1",),
}


@dataclass(frozen=True, slots=True)
class Hostile:
    """`trick` describes it.

    `reads_as` is the harmless host that a correct parser finds where a wrong one finds another.
    """

    trick: str
    url: str
    reads_as: str = ""


_TABLE: tuple[Hostile, ...] = (
    # IPv4, spelled as inet_aton(3) and browsers take it
    Hostile("loopback", "http://127.0.0.1:{port}/"),
    Hostile("loopback, https", "https://127.0.0.1:{port}/"),
    Hostile("loopback, not .1", "http://127.13.37.7:{port}/"),
    Hostile("decimal", "http://2130706433:{port}/"),
    Hostile("decimal, metadata", "http://2852039166/latest/meta-data/"),
    Hostile("decimal, too large", "http://6425673729:{port}/"),
    Hostile("hexadecimal", "http://0x7f000001:{port}/"),
    Hostile("hexadecimal, upper case", "http://0X7F000001:{port}/"),
    Hostile("hexadecimal by part", "http://0x7f.0x0.0x0.0x1:{port}/"),
    Hostile("hexadecimal, short", "http://0x7f.1:{port}/"),
    Hostile("octal", "http://017700000001:{port}/"),
    Hostile("octal by part", "http://0177.0.0.01:{port}/"),
    Hostile("octal, many zeros", "http://0000177.0.0.1:{port}/"),
    Hostile("mixed bases", "http://0177.0.0x0.1:{port}/"),
    Hostile("two parts", "http://127.1:{port}/"),
    Hostile("three parts", "http://127.0.1:{port}/"),
    Hostile("two parts, private", "http://10.1/"),
    Hostile("one part, zero", "http://0:{port}/"),
    Hostile("trailing dot", "http://127.0.0.1.:{port}/"),
    Hostile("two trailing dots", "http://127.0.0.1..:{port}/"),
    Hostile("zero-padded", "http://127.000.000.001:{port}/"),
    # IPv4 nets that are not public
    Hostile("this network", "http://0.0.0.0:{port}/"),
    Hostile("this network, not .0", "http://0.0.0.1:{port}/"),
    Hostile("private, 10/8", "http://10.0.0.1/"),
    Hostile("private, 172.16/12", "http://172.31.255.254/"),
    Hostile("private, 192.168/16", "http://192.168.1.1:8080/"),
    Hostile("carrier-grade NAT", "http://100.64.0.1/"),
    Hostile("carrier-grade NAT, end", "http://100.127.255.254/"),
    Hostile("link-local", "http://169.254.1.1/"),
    Hostile("benchmark", "http://198.18.0.1/"),
    Hostile("benchmark, end", "http://198.19.255.254/"),
    Hostile("documentation", "http://203.0.113.7/"),
    Hostile("protocol assignments", "http://192.0.0.8/"),
    Hostile("6to4 relay", "http://192.88.99.1/"),
    Hostile("multicast", "http://224.0.0.251/"),
    Hostile("multicast, SSDP", "http://239.255.255.250/"),
    Hostile("reserved", "http://240.0.0.1/"),
    Hostile("broadcast", "http://255.255.255.255/"),
    # Metadata of clouds
    Hostile(
        "AWS, Azure, GCP, DigitalOcean, Oracle",
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    ),
    Hostile("DigitalOcean", "http://169.254.169.254/metadata/v1.json"),
    Hostile("Oracle", "http://169.254.169.254/opc/v2/instance/"),
    Hostile("AWS by IPv6", "http://[fd00:ec2::254]/latest/meta-data/"),
    Hostile("AWS containers", "http://169.254.170.2/v2/credentials/"),
    Hostile("AWS by name", "http://instance-data/latest/meta-data/"),
    Hostile("AWS by full name", "http://instance-data.ec2.internal/latest/meta-data/"),
    Hostile("GCP by name", "http://metadata.google.internal/computeMetadata/v1/"),
    Hostile("GCP by name with a dot", "http://metadata.google.internal./computeMetadata/v1/"),
    Hostile("GCP by short name", "http://metadata/computeMetadata/v1/"),
    Hostile("GCP by public name", "http://metadata.goog/computeMetadata/v1/"),
    Hostile("GCP by IPv6", "http://[fd20:ce::254]/computeMetadata/v1/"),
    Hostile("Azure's host", "http://168.63.129.16/metadata/instance"),
    Hostile("Alibaba", "http://100.100.100.200/latest/meta-data/"),
    Hostile("Oracle, classic", "http://192.0.0.192/latest/meta-data/"),
    Hostile("Scaleway", "http://169.254.42.42/conf"),
    Hostile("Tencent by name", "http://metadata.tencentyun.com/latest/meta-data/"),
    Hostile("metadata, octal", "http://0251.0376.0251.0376/"),
    Hostile("metadata, hexadecimal", "http://0xa9fea9fe/"),
    Hostile("metadata, mapped", "http://[::ffff:169.254.169.254]/"),
    # IPv6
    Hostile("IPv6 loopback", "http://[::1]:{port}/"),
    Hostile("IPv6 loopback, long", "http://[0:0:0:0:0:0:0:1]:{port}/"),
    Hostile("IPv6 loopback, padded", "http://[0000:0000:0000:0000:0000:0000:0000:0001]:{port}/"),
    Hostile("IPv6 unspecified", "http://[::]:{port}/"),
    Hostile("IPv4-mapped", "http://[::ffff:127.0.0.1]:{port}/"),
    Hostile("IPv4-mapped, hexadecimal", "http://[::ffff:7f00:1]:{port}/"),
    Hostile("IPv4-mapped, long", "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/"),
    Hostile("IPv4-mapped, unspecified", "http://[::ffff:0.0.0.0]:{port}/"),
    Hostile("IPv4-mapped, public", "http://[::ffff:93.184.215.14]/"),
    Hostile("IPv4-compatible", "http://[::127.0.0.1]:{port}/"),
    Hostile("IPv4-translated", "http://[::ffff:0:127.0.0.1]:{port}/"),
    Hostile("NAT64", "http://[64:ff9b::127.0.0.1]:{port}/"),
    Hostile("NAT64, metadata", "http://[64:ff9b::a9fe:a9fe]/"),
    Hostile("NAT64, local", "http://[64:ff9b:1::a00:1]/"),
    Hostile("6to4", "http://[2002:7f00:1::]:{port}/"),
    Hostile("6to4, metadata", "http://[2002:a9fe:a9fe::1]/"),
    Hostile("Teredo", "http://[2001:0:7f00:1:0:0:80ff:fffe]/"),
    Hostile("ISATAP", "http://[2606:4700::5efe:7f00:1]:{port}/"),
    Hostile("link-local, IPv6", "http://[fe80::1]:{port}/"),
    Hostile("zone id", "http://[fe80::1%25lo]:{port}/"),
    Hostile("zone id on loopback", "http://[::1%25lo]:{port}/"),
    Hostile("zone id, bare", "http://[fe80::1%lo]:{port}/"),
    Hostile("unique local", "http://[fd12:3456:789a::1]/"),
    Hostile("site-local", "http://[fec0::1]/"),
    Hostile("multicast, IPv6", "http://[ff02::1]/"),
    Hostile("documentation, IPv6", "http://[2001:db8::1]/"),
    Hostile("discard", "http://[100::1]/"),
    Hostile("SRv6", "http://[5f00::1]/"),
    Hostile("IPv6 without brackets", "http://::1:{port}/"),
    Hostile("brackets around IPv4", "http://[127.0.0.1]:{port}/"),
    Hostile("brackets around a name", "http://[localhost]:{port}/"),
    Hostile("IPvFuture", "http://[v1.fe80::a]/"),
    # Names
    Hostile("localhost", "http://localhost:{port}/"),
    Hostile("localhost, mixed case", "http://LocalHost:{port}/"),
    Hostile("localhost, trailing dot", "http://localhost.:{port}/"),
    Hostile("below localhost", "http://app.localhost:{port}/"),
    Hostile("localdomain", "http://localhost.localdomain:{port}/"),
    Hostile("IPv6 localhost of Debian", "http://ip6-localhost:{port}/"),
    Hostile("a service's name", "http://redis:6379/"),
    Hostile("Kubernetes", "http://kubernetes.default.svc.cluster.local/"),
    Hostile("Docker's host", "http://host.docker.internal:{port}/"),
    Hostile("multicast DNS", "http://printer.local/"),
    Hostile("home network", "http://router.home.arpa/"),
    Hostile("nip.io", "http://127.0.0.1.nip.io:{port}/"),
    Hostile("nip.io, hexadecimal", "http://app-7f000001.nip.io:{port}/"),
    Hostile("sslip.io", "http://10-0-0-1.sslip.io/"),
    Hostile("localtest.me", "http://localtest.me:{port}/"),
    Hostile("lvh.me", "https://lvh.me:{port}/"),
    Hostile("a name at 0.0.0.0", "http://www.attacker.example:{port}/"),
    Hostile("a name at ::1", "http://six.attacker.example:{port}/"),
    Hostile("a name with a good and a bad address", "http://mixed.attacker.example:{port}/"),
    Hostile("a name at a mapped address", "http://mapped.attacker.example:{port}/"),
    Hostile("a name at a NAT64 address", "http://nat64.attacker.example:{port}/"),
    Hostile("a name at a scoped address", "http://linklocal.attacker.example:{port}/"),
    Hostile("punycode", "http://xn--lcalhost-64a.attacker.example:{port}/"),
    Hostile("broken punycode", "http://xn--:{port}/"),
    # User names, backslashes, fragments, encodings
    Hostile("user name", "http://example.org@127.0.0.1:{port}/"),
    Hostile("user name and password", "http://example.org:80@127.0.0.1:{port}/"),
    Hostile("empty user name", "http://@127.0.0.1:{port}/"),
    Hostile("two @", "http://a@example.org@127.0.0.1:{port}/"),
    Hostile("address as user name", "http://127.0.0.1:{port}@example.org/"),
    Hostile("encoded @", "http://example.org%40127.0.0.1:{port}/"),
    Hostile("encoded slash", "http://127.0.0.1%2f.example.org:{port}/"),
    Hostile("encoded name", "http://%6c%6f%63%61%6c%68%6f%73%74:{port}/"),
    Hostile("encoded digits", "http://%31%32%37.0.0.1:{port}/"),
    Hostile("doubly encoded", "http://%2531%2532%2537.0.0.1:{port}/"),
    Hostile("backslash and @", "http://127.0.0.1:{port}\\@example.org/"),
    Hostile("@ and backslash", "http://example.org\\@127.0.0.1:{port}/"),
    Hostile("backslashes for slashes", "http:\\\\127.0.0.1:{port}\\"),
    Hostile("backslash before the dot", "http://127.0.0.1\\.example.org/"),
    Hostile("three slashes", "http:///127.0.0.1:{port}/"),
    Hostile("one slash", "http:/127.0.0.1:{port}/"),
    Hostile("no slash", "http:127.0.0.1:{port}/"),
    Hostile("fragment before @", "http://example.invalid#@127.0.0.1:{port}/", reads_as="example.invalid"),
    Hostile("query before @", "http://example.invalid?@127.0.0.1:{port}/", reads_as="example.invalid"),
    Hostile("path before @", "http://example.invalid/@127.0.0.1:{port}/", reads_as="example.invalid"),
    Hostile("semicolon", "http://127.0.0.1;example.org:{port}/"),
    Hostile("comma", "http://127.0.0.1,example.org:{port}/"),
    # Characters that normalize to others (UTS 46)
    Hostile("fullwidth digits", "http://１２７.０.０.１:{port}/"),
    Hostile("circled digits", "http://①②⑦.⓪.⓪.①:{port}/"),
    Hostile("mathematical digits", "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:{port}/"),
    Hostile("Arabic digits", "http://١٢٧.٠.٠.١:{port}/"),
    Hostile("superscript digits", "http://¹²⁷.⁰.⁰.¹:{port}/"),
    Hostile("ideographic full stop", "http://127。0。0。1:{port}/"),
    Hostile("fullwidth full stop", "http://127．0．0．1:{port}/"),
    Hostile("halfwidth full stop", "http://127｡0｡0｡1:{port}/"),
    Hostile("fullwidth letters", "http://ｌｏｃａｌｈｏｓｔ:{port}/"),
    Hostile("circled letters", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/"),
    Hostile("fullwidth solidus", "http://127.0.0.1：{port}／.example.org/"),
    Hostile("fullwidth @", "http://example.org＠127.0.0.1:{port}/"),
    Hostile("soft hyphen", "http://local\u00adhost:{port}/"),
    Hostile("zero-width space", "http://local\u200bhost:{port}/"),
    Hostile("right to left", "http://127.0.0.1\u202e:{port}/"),
    Hostile("a letter for @", "http://℀.example.org:{port}/"),
    # Control characters
    Hostile("CR LF in the host", "http://127.0.0.1\r\n:{port}/"),
    Hostile("CR LF in the path", "http://127.0.0.1:{port}/\r\nHost: example.org"),
    Hostile("tab in the host", "http://127.0.\t0.1:{port}/"),
    Hostile("tab in the scheme", "ht\ttp://127.0.0.1:{port}/"),
    Hostile("NUL", "http://127.0.0.1\x00.example.org:{port}/"),
    Hostile("space before", " http://127.0.0.1:{port}/"),
    Hostile("space in the host", "http://example.org 127.0.0.1:{port}/"),
    Hostile("no-break space", "http://127.0.0.1\u00a0.example.org:{port}/"),
    Hostile("unit separator", "http://127.0.0.1\x1f:{port}/"),
    # Schemes and ports
    Hostile("file", "file:///etc/passwd"),
    Hostile("file with a host", "file://127.0.0.1/etc/passwd"),
    Hostile("gopher", "gopher://127.0.0.1:{port}/_FLUSHALL"),
    Hostile("dict", "dict://127.0.0.1:{port}/info"),
    Hostile("ftp", "ftp://127.0.0.1:{port}/"),
    Hostile("ldap", "ldap://127.0.0.1:{port}/"),
    Hostile("WebSocket", "ws://127.0.0.1:{port}/"),
    Hostile("data", "data:text/calendar,BEGIN:VCALENDAR"),
    Hostile("javascript", "javascript:fetch('http://127.0.0.1:{port}/')"),
    Hostile("jar", "jar:http://127.0.0.1:{port}/!/"),
    Hostile("view-source", "view-source:http://127.0.0.1:{port}/"),
    Hostile("unix", "http+unix://%2Fvar%2Frun%2Fdocker.sock/info"),
    Hostile("SSH", "http://example.invalid:22/"),
    Hostile("SMTP", "http://example.invalid:25/"),
    Hostile("PostgreSQL", "http://example.invalid:5432/"),
    Hostile("Redis", "http://example.invalid:6379/"),
    Hostile("Docker", "http://example.invalid:2375/"),
    Hostile("Memcached", "https://example.invalid:11211/"),
    Hostile("port zero", "http://example.invalid:0/"),
    Hostile("port too large", "http://127.0.0.1:65536/"),
    Hostile("port that wraps to 80", "http://127.0.0.1:65616/"),
    Hostile("negative port", "http://127.0.0.1:-80/"),
    Hostile("two ports", "http://example.invalid:80:{port}/"),
    Hostile("port in other digits", "http://127.0.0.1:８０/"),
)


def hostile(port: int) -> list[Hostile]:
    """The table, with a listener's `port` where a port is wanted."""
    return [replace(each, url=each.url.replace("{port}", str(port))) for each in _TABLE]


def resolver(host: str, port: int, seconds: float) -> list[str]:
    """The system resolver's answers: odd spellings of IPv4 as in inet_aton(3), the names above, nothing else."""
    name = host.removesuffix(".").lower()
    if name in NAMES:
        return list(NAMES[name])
    if name == "localhost" or name.endswith(".localhost"):
        return ["127.0.0.1", "::1"]
    try:
        return [str(ipaddress.IPv4Address(socket.inet_aton(name)))]
    except OSError:
        raise OSError(f"{host}: no such name") from None


@dataclass(slots=True)
class Listener:
    """A port on all addresses of this machine, IPv4 and IPv6.

    `connections` counts the clients; each is closed at once.
    """

    port: int
    connections: int = 0


@contextlib.contextmanager
def listening(host: str = "", port: int = 0) -> Iterator[Listener]:
    """Listen for as long as the block lasts, on `host` alone where one is given."""
    both = not host and socket.has_dualstack_ipv6()
    server = socket.create_server(
        (host, port), family=socket.AF_INET6 if both else socket.AF_INET, dualstack_ipv6=both
    )
    listener = Listener(server.getsockname()[1])

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            listener.connections += 1
            connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=10)
        server.close()


@dataclass(slots=True)
class _Watch:
    """Audit hooks cannot be removed, so one hook serves all tests and records only on request."""

    seen: list[tuple[str, int]] = field(default_factory=list)
    watching: bool = False
    hooked: bool = False

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.watching and event == "socket.connect" and isinstance(arguments[1], tuple):
            self.seen.append((str(arguments[1][0]), int(arguments[1][1])))


_WATCH = _Watch()


@contextlib.contextmanager
def connections() -> Iterator[list[tuple[str, int]]]:
    """(address, port) of every IP connection that this process tries during the block, in any code."""
    if not _WATCH.hooked:
        sys.addaudithook(_WATCH.hook)
        _WATCH.hooked = True
    _WATCH.seen, _WATCH.watching = [], True
    try:
        yield _WATCH.seen
    finally:
        _WATCH.watching = False
