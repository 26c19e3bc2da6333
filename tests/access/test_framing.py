"""Only the pages that are made for it may stand in frames of other sites."""

import re
from collections.abc import Mapping

from django.test import Client

from tests.access.actors import MOST, ask
from tests.access.rows import doors
from tests.access.world import address

#: For every site; all others are for none, or for pages of this site.
FRAMED = ("embed/list/", "^embed/events/", "^embed/venues/")


def test_no_other_address_may_be_framed_by_other_sites(world: Mapping[str, Client]):
    wanted, found = {}, {}
    for route, pattern in doors().items():
        answer = ask(world[MOST], "GET", address(route, pattern))
        policy = re.search(r"frame-ancestors ([^;]+)", answer.get("Content-Security-Policy", ""))
        if answer.status_code >= 300 and not policy:
            continue  # a redirect or an error of one line shows nothing
        is_framed = route.startswith(FRAMED)
        wanted[route] = ("*",) if is_framed else ("none", "self")
        found[route] = policy.group(1).strip().strip("'") if policy else ""
        assert ("X-Frame-Options" in answer) is not is_framed, route
    assert {route: value for route, value in found.items() if value not in wanted[route]} == {}
    assert sum(route.startswith(FRAMED) for route in found) == len(FRAMED)
