"""`python -m tests.smoke --url https://nocturne.example --city bengaluru --email vera@example.org`: ends with one line of JSON, and 0 where all is well.

The password is read from SMOKE_PASSWORD, a code of the second factor from SMOKE_OTP.
"""

import argparse
import json
import os
import shlex
import sys

from tests.smoke.checks import Site, run


def main(words: list[str]) -> int:
    """Run the checks and print each."""
    parser = argparse.ArgumentParser(prog="python -m tests.smoke", description=__doc__)
    parser.add_argument("--url", required=True, help="the address of the installation")
    parser.add_argument("--city", default="bengaluru", help="the slug of an active city")
    parser.add_argument("--email", required=True, help="whose account may moderate events of that city")
    parser.add_argument(
        "--manage", default="", help='what runs manage.py there, such as "docker compose exec -T web python manage.py"; then a digest is composed, too'
    )  # fmt: skip
    asked = parser.parse_args(words)
    site = Site(
        url=asked.url.rstrip("/"), city=asked.city, email=asked.email,
        password=os.environ.get("SMOKE_PASSWORD", ""), otp=os.environ.get("SMOKE_OTP", ""),
        manage=tuple(shlex.split(asked.manage)),
    )  # fmt: skip
    results = list(run(site))
    for name, seconds, problem in results:
        print(f"{name:10s} {seconds:6.2f} s  {problem or 'ok'}")
    problem = results[-1][2]
    print(json.dumps({"passed": not problem, "checks": len(results), "problem": problem}))
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
