"""TXT records: asked for of public names only, within a time."""

import pytest
from django.test import override_settings

from egress.exceptions import AddressRefused, ConnectFailed, TimedOut
from egress.names import names_of, records, takes_mail, text_records
from tests.egress.name_server import name_server

pytestmark = pytest.mark.django_db


def test_the_records_of_a_name_are_read():
    with (
        name_server({"owls.example.org": ["v=spf1 -all", "nocturne=1"], "empty.example.org": []}) as server,
        override_settings(DNS_SERVERS=[server]),
    ):
        assert sorted(text_records("owls.example.org")) == ["nocturne=1", "v=spf1 -all"]
        assert text_records("empty.example.org") == text_records("nobody.example.org") == []


def test_a_long_record_is_cut_and_of_many_only_some_are_read():
    long = [f"{number} {'x' * 240}" for number in range(120)]
    with name_server({"owls.example.org": long[:3]}) as server, override_settings(DNS_SERVERS=[server]):
        assert all(len(record) <= 1_000 for record in text_records("owls.example.org"))


@pytest.mark.parametrize("host", ["localhost", "printer.local", "10.0.0.1", "db.internal", "x" * 300, ""])
def test_what_is_not_public_is_asked_of_nobody(host):
    with override_settings(DNS_SERVERS=["127.0.0.1:1"]), pytest.raises(AddressRefused):
        text_records(host)


def test_a_server_that_is_silent_ends_in_time():
    with (
        name_server({}, silent=True) as server,
        override_settings(DNS_SERVERS=[server]),
        pytest.raises((TimedOut, ConnectFailed)),
    ):
        text_records("owls.example.org", seconds=0.2)


def test_exchanges_addresses_and_pointers_are_read():
    zone = {
        "MX owls.example.org": ["20 second.example.org.", "10 First.example.org."],
        "A owls.example.org": ["192.0.2.1"],
        "PTR 1.1.1.1.in-addr.arpa": ["one.example.org."],
    }
    with name_server(zone) as server, override_settings(DNS_SERVERS=[server]):
        assert records("owls.example.org", "MX") == ["first.example.org", "second.example.org"]
        assert (records("owls.example.org", "A"), records("owls.example.org", "AAAA")) == (["192.0.2.1"], [])
        assert names_of("1.1.1.1") == ["one.example.org"]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1"])
def test_the_names_of_private_addresses_are_asked_of_nobody(address):
    with override_settings(DNS_SERVERS=["127.0.0.1:1"]), pytest.raises(AddressRefused):
        names_of(address)


@pytest.mark.parametrize(
    ("host", "takes"),
    [
        ("owls.example.org", True),
        ("address.example.org", True),
        ("none.example.org", False),
        ("web.example.org", False),
        ("nobody.example.org", False),
        ("localhost", True),
        ("", True),
    ],
)
def test_a_domain_takes_mail_by_its_servers_or_its_address_unless_it_says_no(host, takes):
    zone = {
        "MX owls.example.org": ["10 mail.example.org."],
        "A address.example.org": ["192.0.2.1"],
        "MX none.example.org": ["0 ."],
        "web.example.org": ["v=spf1 -all"],
    }
    with name_server(zone) as server, override_settings(DNS_SERVERS=[server]):
        assert takes_mail(host) is takes


def test_who_does_not_answer_may_take_mail():
    with name_server({}, silent=True) as server, override_settings(DNS_SERVERS=[server]):
        assert takes_mail("owls.example.org", seconds=0.2)
