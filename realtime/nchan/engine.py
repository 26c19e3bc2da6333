"""The inner door to nginx with nchan: an address that only the operator sets, and nobody's words can change;
so it does not go through `egress`."""

from http import HTTPStatus

import httpx

from pipeline import patterns

_SECONDS = 5.0
#: A crowd that comes at once waits for one of so many connections, at most so long.
_LIMITS, _CROWD_SECONDS = httpx.Limits(max_connections=16, max_keepalive_connections=16), 20.0
_STORED = patterns.compile(r"stored messages: (\d+)")


class EngineDown(Exception):
    """The engine does not take a message."""


class Engine:
    """Publishes to channels."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(_SECONDS, pool=_CROWD_SECONDS),
            limits=_LIMITS,
            trust_env=False,
        )

    async def publish(self, channel: str, text: str) -> str:
        """The engine's own id of the message, `SECOND:NUMBER`. Raises EngineDown."""
        try:
            answer = await self._client.post(
                f"/publish/{channel}", content=text.encode(), headers={"Accept": "text/json"}
            )
            answer.raise_for_status()
            return str(answer.json()["last_message_id"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error

    async def readers(self, channel: str) -> int:
        """How many listen to it now. Raises EngineDown."""
        try:
            answer = await self._client.get(f"/publish/{channel}", headers={"Accept": "text/json"})
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return 0
            return int(answer.raise_for_status().json()["subscribers"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error

    async def stored(self) -> int:
        """How many messages it keeps. Raises EngineDown."""
        try:
            answer = await self._client.get("/status")
            return int(_STORED.findall(answer.raise_for_status().text)[0])
        except (httpx.HTTPError, ValueError, IndexError) as error:
            raise EngineDown(str(error)) from error

    async def close(self) -> None:
        await self._client.aclose()
