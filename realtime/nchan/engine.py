"""A client of nginx with nchan ("the engine").

Only the operator sets its address, and no outside text reaches it, so it does not use `egress`.
"""

from http import HTTPStatus

import httpx

from pipeline import patterns

_SECONDS = 5.0
#: The number of connections, and how many seconds a request waits for a free one.
_LIMITS, _CROWD_SECONDS = httpx.Limits(max_connections=16, max_keepalive_connections=16), 20.0
_STORED = patterns.compile(r"stored messages: (\d+)")


class EngineDown(Exception):
    """The engine does not accept a message."""


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
        """Publish a message. Returns the engine's id of it, `SECOND:NUMBER`. Raises EngineDown."""
        try:
            answer = await self._client.post(
                f"/publish/{channel}", content=text.encode(), headers={"Accept": "text/json"}
            )
            answer.raise_for_status()
            return str(answer.json()["last_message_id"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error

    async def readers(self, channel: str) -> int:
        """How many readers the channel has now. Raises EngineDown."""
        try:
            answer = await self._client.get(f"/publish/{channel}", headers={"Accept": "text/json"})
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return 0
            return int(answer.raise_for_status().json()["subscribers"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error

    async def stored(self) -> int:
        """How many messages the engine stores. Raises EngineDown."""
        try:
            answer = await self._client.get("/status")
            return int(_STORED.findall(answer.raise_for_status().text)[0])
        except (httpx.HTTPError, ValueError, IndexError) as error:
            raise EngineDown(str(error)) from error

    async def close(self) -> None:
        await self._client.aclose()
