"""An Idempotency-Key: one effect, one answer, for the same actor and the same request, also over a killed process."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.api.errors import Conflict
from accounts.api.once import REPLAYED, once
from accounts.models import ANSWERS_KEPT, IdempotentAnswer, User
from accounts.tasks import forget_answers
from tests.factories import make_person

KEY = "6e0d9c3c"


class Creating(APIView):
    """Makes an account for each `email`; 409 for a second one of it, after an effect that must not stay."""

    @once(blanked=frozenset({"secret"}))
    def post(self, request: Request) -> Response:
        """`then` runs between the effect and the answer."""
        row = User.objects.create_user(request.data["email"])
        self.then()
        if request.data.get("refuse"):
            raise Conflict("Not now.")
        if request.data.get("error"):
            return Response({"detail": "no"}, status=400)
        return Response({"id": str(row.pk), "secret": "s3"}, status=201, headers={"Location": f"/{row.pk}"})

    def then(self) -> None:
        """Nothing, unless a test says otherwise."""


def send(
    body: Any,
    *,
    key: str = KEY,
    by: User | None = None,
    view: type[APIView] = Creating,
    address: str = "192.0.2.1",
    path: str = "/api/v1/things",
    form: str = "json",
) -> Any:
    asked = APIRequestFactory().post(
        path, body, format=form, headers={"Idempotency-Key": key} if key else {}, REMOTE_ADDR=address
    )
    force_authenticate(asked, by)
    answer: HttpResponse = view.as_view()(asked)
    return answer


@pytest.mark.django_db
class TestAnswers:
    def test_a_repeated_request_gets_the_same_answer_and_has_no_second_effect(self):
        first, second = send({"email": "a@example.org"}), send({"email": "a@example.org"})
        assert (first.status_code, second.status_code) == (201, 201)
        assert second.data == {**first.data, "secret": ""}
        assert (second["Location"], second[REPLAYED]) == (first["Location"], "true")
        assert REPLAYED not in first
        assert User.objects.count() == 1

    def test_the_same_key_with_another_body_or_address_is_422(self):
        send({"email": "a@example.org"})
        assert send({"email": "b@example.org"}).status_code == 422
        assert send({"email": "a@example.org"}, path="/api/v1/others").status_code == 422
        assert User.objects.count() == 1

    def test_a_key_is_that_of_its_actor(self):
        person = make_person(email="v@example.org")
        answers = [send({"email": "a@example.org"}), send({"email": "b@example.org"}, by=person)]
        answers.append(send({"email": "c@example.org"}, address="198.51.100.7"))
        assert [answer.status_code for answer in answers] == [201, 201, 201]
        assert set(IdempotentAnswer.objects.values_list("user", flat=True)) == {None, person.pk}

    def test_an_error_is_not_kept_and_leaves_no_effect(self):
        assert send({"email": "a@example.org", "refuse": True}).status_code == 409
        assert send({"email": "a@example.org", "error": True}).status_code == 400
        assert User.objects.count() == 0
        assert send({"email": "a@example.org"}).status_code == 201

    def test_without_a_key_each_request_has_its_effect(self):
        assert [send({"email": f"{name}@example.org"}, key="").status_code for name in "ab"] == [201, 201]
        assert IdempotentAnswer.objects.count() == 0

    @pytest.mark.parametrize("key", ["x" * 201, "é", "a\tb"])
    def test_a_key_that_cannot_be_one_is_refused(self, key: str):
        answer = send({"email": "a@example.org"}, key=key)
        assert (answer.status_code, list(answer.data["errors"][0].values())[0]) == (400, "Idempotency-Key")

    def test_a_key_may_stand_in_quotes(self):
        send({"email": "a@example.org"})
        assert send({"email": "a@example.org"}, key=f'"{KEY}"')[REPLAYED] == "true"

    def test_an_answer_is_encrypted_and_goes_after_a_day(self, time_machine: Any):
        first = send({"email": "a@example.org"})
        with connection.cursor() as cursor:
            cursor.execute("SELECT answer FROM accounts_idempotentanswer")
            assert first.data["id"] not in cursor.fetchone()[0]
        time_machine.move_to(now() + ANSWERS_KEPT + timedelta(seconds=1))
        assert send({"email": "b@example.org"}).status_code == 201
        assert forget_answers() == 0
        time_machine.move_to(now() + ANSWERS_KEPT + timedelta(seconds=1))
        assert (forget_answers(), IdempotentAnswer.objects.count()) == (1, 0)

    def test_a_form_is_compared_by_its_fields(self, monkeypatch: pytest.MonkeyPatch):
        from rest_framework.parsers import MultiPartParser

        monkeypatch.setattr(Creating, "parser_classes", (MultiPartParser,))
        assert send({"email": "a@example.org"}, form="multipart").status_code == 201
        assert send({"email": "a@example.org"}, form="multipart")[REPLAYED] == "true"
        assert send({"email": "b@example.org"}, form="multipart").status_code == 422

    def test_erasing_a_person_takes_the_answers_along(self):
        person = make_person(email="v@example.org")
        send({"email": "a@example.org"}, by=person)
        person.delete()
        assert IdempotentAnswer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
class TestProcesses:
    def test_while_it_is_under_way_another_is_told_to_wait(self):
        begun, go, answers = threading.Event(), threading.Event(), []

        class Slow(Creating):
            def then(self) -> None:
                begun.set()
                assert go.wait(20)

        def other() -> None:
            answers.append(send({"email": "a@example.org"}, view=Slow))
            connections.close_all()

        thread = threading.Thread(target=other)
        thread.start()
        assert begun.wait(20)
        waiting = send({"email": "a@example.org"}, view=Slow)
        go.set()
        thread.join(20)
        assert (waiting.status_code, waiting["Retry-After"]) == (409, "1")
        assert [answer.status_code for answer in answers] == [201]
        assert send({"email": "a@example.org"})[REPLAYED] == "true"
        assert User.objects.count() == 1

    def test_a_process_that_dies_between_effect_and_answer_leaves_neither(self):
        class Dying(Creating):
            def then(self) -> None:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(OperationalError):
            send({"email": "a@example.org"}, view=Dying)
        connection.close()
        assert (User.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)
        assert send({"email": "a@example.org"}).status_code == 201
        assert send({"email": "a@example.org"})[REPLAYED] == "true"
        assert User.objects.count() == 1

    def test_one_in_steps_keeps_what_it_committed_and_frees_its_key(self):
        class InSteps(Creating):
            @once(in_steps=True)
            def post(self, request: Request) -> Response:
                User.objects.get_or_create(email=request.data["email"])
                self.then()
                return Response({}, status=201)

        class Failing(InSteps):
            def then(self) -> None:
                raise Conflict("Not now.")

        assert send({"email": "a@example.org"}, view=Failing).status_code == 409
        assert [send({"email": "a@example.org"}, view=InSteps).get(REPLAYED) for _ in range(2)] == [
            None,
            "true",
        ]
        assert User.objects.count() == 1


#: POSTs without the header: they create nothing, or each has a name of its own for a message.
_WITHOUT = {
    "/api/v1/search": "reads",
    "/api/v1/admin/curate": "reads",
    "/api/v1/subscriptions/confirm": "the second one changes nothing",
    "/api/v1/admin/pipeline/resume": "the second one changes nothing",
    "/api/v1/admin/runs/{run_id}/cancel": "the second one changes nothing",
    "/api/v1/admin/reviews/{review_id}/verdict": "names the version that it judges",
    "/api/v1/admin/decisions/{decision_id}/undo": "the second one is refused",
    "/api/v1/webhooks/{source}": "webhook-id says which message it is",
    "/api/v1/me/export/link": "makes a link, stores nothing",
}  # fmt: skip


@pytest.mark.django_db
def test_every_post_that_creates_takes_a_key_and_says_so(client: Client):
    paths = client.get("/api/v1/schema/?format=json").json()["paths"]
    without = {
        path
        for path, methods in paths.items()
        if "post" in methods
        and not any(each.get("name") == "Idempotency-Key" for each in methods["post"].get("parameters", []))
    }
    signing_in = {path for path in without if path.startswith("/api/v1/auth/")}
    assert without - signing_in == set(_WITHOUT)
    taking = [methods["post"] for path, methods in paths.items() if "post" in methods and path not in without]
    assert len(taking) > 10
    assert all({"409", "422"} <= each["responses"].keys() for each in taking)
