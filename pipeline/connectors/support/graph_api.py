"""Meta's Graph API (https://developers.facebook.com/docs/graph-api/), by which Facebook and Instagram answer:
asking it, its errors, and its cursors."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from pipeline import patterns
from pipeline.connectors.support.json_api import JsonApi
from pipeline.connectors.support.platform import json_of
from pipeline.connectors.support.values import at, number, text
from pipeline.contract.exceptions import CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.raw import RawPayload

#: Error codes (https://developers.facebook.com/docs/graph-api/guides/error-handling/): token not good;
#: permission missing; too many calls.
_TOKEN: Final = frozenset({102, 190, 463, 467})
_PERMISSION: Final = frozenset({3, 10, *range(200, 300)})
_TOO_MANY: Final = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006})
#: Answers repeat the token in the addresses of further pages, as it is or escaped.
_SECRET: Final = patterns.compile(rb"(access_token(?:=|%3D))[^\"&\\%\s]+(?:%7C[^\"&\\%\s]+)*")
#: A quota is counted by the hour.
_HOUR: Final = 3600.0


class GraphApi(JsonApi):
    """A platform behind the Graph API. `metadata.variables` begin with the one that holds its token."""

    api: ClassVar[str] = "https://graph.facebook.com/v25.0"

    @abstractmethod
    def token(self) -> str:
        """The token of the source or of the environment."""

    def ask(
        self,
        http: HttpClient,
        path: str,
        asked: Mapping[str, Any] | Sequence[tuple[str, str]] = (),
        **request: Any,
    ) -> RawPayload:
        """One GET with the token in a header, so that no address carries it; the payload does not carry it
        either.

        Raises CredentialsMissing for a token that is refused or lacks a permission, RateLimited,
        SchemaChanged for other errors and for no JSON.
        """
        headers = {"authorization": f"Bearer {self.token()}"}
        try:
            return super().ask(http, self.api + path, asked, headers=headers, **request)
        except ClientRefused as error:
            raise self._refused(error) from error

    def answered(self, payload: RawPayload) -> RawPayload:
        """The answer without the token. Raises what an error in it says."""
        payload = replace(payload, content=_SECRET.sub(rb"\1", payload.content))
        self.raise_error(json_of(payload))
        return payload

    @classmethod
    def raise_error(cls, value: Any) -> None:
        """Raises what an error object says (`{"error": {"message", "code", …}}`); returns where there is
        none."""
        if not isinstance(at(value, "error"), dict):
            return
        code, reported = number(value, "error", "code") or 0, text(value, "error", "message")[:250]
        variable = cls.metadata.variables[0]
        if code in _TOKEN:
            raise CredentialsMissing(
                f"Meta no longer takes the token (error {code}: {reported}): renew {variable} or the source's credential."
            )
        if code in _PERMISSION:
            raise CredentialsMissing(
                f"The token in {variable} may not read this (error {code}: {reported}): the page or app has to grant access."
            )
        if code in _TOO_MANY:
            raise RateLimited(f"Meta's own limit is reached (error {code}: {reported})", retry_after=_HOUR)
        raise SchemaChanged(f"Meta answered with error {code}: {reported}")

    def _refused(self, error: ClientRefused) -> Exception:
        """What a refusal means: Graph tells the reason in a header, as RFC 6750 wants it (`OAuth "Facebook
        Platform" "invalid_token" "…"`)."""
        reported = " ".join(error.headers.get("www-authenticate", "").split())[:250]
        of_token = any(word in reported for word in ("invalid_token", "insufficient_scope"))
        if error.status == 400 and reported and not of_token:
            return SchemaChanged(f"Meta refused the request: {reported}")
        if error.status not in (400, 401, 403):
            return error
        return CredentialsMissing(
            f"Meta refused the request ({reported or error.detail[:120]}): check that the token in "
            f"{self.metadata.variables[0]} is valid and may read this, or renew it."
        )


def following(value: Any) -> str:
    """The cursor of the next page, '' on the last: `next` is left out there, while a cursor still stands."""
    return text(value, "paging", "cursors", "after") if text(value, "paging", "next") else ""
