"""`manage.py check_mail_domain DOMAIN`: is its mail believed? The last line is JSON; the exit is 0 where all is well."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from egress.exceptions import AddressRefused
from egress.factory import check_address
from mail.domain import check_domain
from mail.enums import Stream
from mail.providers import providers_of


class Command(BaseCommand):
    help = "Check SPF, DKIM, DMARC and PTR of the domain that mail comes from, and say which record to write. Exit 1 where something is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain")
        parser.add_argument(
            "--selector",
            action="append",
            default=[],
            help="the name of a DKIM key, such as s1; several times",
        )
        parser.add_argument(
            "--ip",
            action="append",
            default=[],
            help="an address that mail leaves from, for its PTR; several times",
        )

    def handle(self, *args: Any, domain: str, selector: list[str], ip: list[str], **options: Any) -> None:
        name = domain.strip().rstrip(".").lower()
        try:
            check_address(f"https://{name}/")
        except AddressRefused as error:
            raise CommandError(f"{domain}: {error.detail}.", returncode=2) from error
        providers = sorted({one.name for stream in Stream for one in providers_of(stream)})
        found = check_domain(name, providers=providers, selectors=selector, senders=ip, now=now())
        for one in found:
            mark = {True: "ok", False: "MISSING", None: "unknown"}[one.ok]
            self.stdout.write(f"{mark:8} {one.check}: {one.detail}")
            if one.record:
                self.stdout.write(f"         write: {one.record.name} {one.record.type} {one.record.value}")
        missing = [{"check": one.check, **asdict(one.record)} for one in found if one.record]
        is_well = all(one.ok for one in found)
        answer = {
            "domain": name,
            "ok": is_well,
            "checks": {one.check: one.ok for one in found},
            "missing": missing,
        }
        self.stdout.write(json.dumps(answer))
        if not is_well:
            sys.exit(1)
