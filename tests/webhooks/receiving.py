"""A server that receives webhooks, and one turn of sending in the thread of a test."""

import json

from django.utils.timezone import now
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from webhooks import services
from webhooks.models import Delivery
from webhooks.services import sending
from webhooks.services.claiming import claim_next


def send() -> int:
    """Serve one endpoint, in this thread. Returns how many requests were sent."""
    claimed = claim_next(now=now())
    return sending.serve(claimed) if claimed else 0


def follow() -> None:
    services.follow(now=now())


def delivery() -> Delivery:
    return Delivery.objects.get()


class Receiver:
    """Answers with `status` and keeps what came."""

    def __init__(self, server: HTTPServer, path: str = "/hook") -> None:
        self.status, self.headers, self.body = 204, {}, ""
        self.got: list[Request] = []
        server.expect_request(path, method="POST").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        request.get_data()
        self.got.append(request)
        return Response(self.body, status=self.status, headers=self.headers)

    @property
    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.got]

    def titles(self) -> list[str]:
        return [json.loads(request.get_data())["data"]["title"] for request in self.got]
