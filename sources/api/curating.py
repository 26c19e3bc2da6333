"""The categorizer's results for given texts, for staff.

The web process answers itself: it needs only the small models.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.base import StaffView, described
from sources.lab.validate import INSPECT
from sources.serializers import CuratedList, Curation

if TYPE_CHECKING:
    from pipeline.refinement.categories.model import Prediction

_WORDS = ("title", "description", "venue", "city", "language")


class AdminCurate(StaffView):
    needs: ClassVar = {"POST": INSPECT}

    @extend_schema(
        operation_id="admin_curate",
        summary="Categorize texts",
        description="Category, subcategory, tags and scores of up to 50 texts, as an ingested event would get them; stores nothing.",
        request=Curation,
        responses=described({200: CuratedList}, 400, 401, 403, 413, 415),
        tags=["staff"],
    )
    def post(self, request: Request) -> Response:
        """The category of each text, in order."""
        asked = Curation(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response({"results": curated(asked.validated_data["texts"])})


def curated(given: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results for validated texts, in order, as `Curated` describes them."""
    import numpy as np  # noqa: PLC0415 - costly

    from pipeline.refinement.categories.features import EventText  # noqa: PLC0415 - costly
    from pipeline.refinement.categories.hints import hints_of  # noqa: PLC0415 - costly
    from pipeline.refinement.categories.model import categorizer  # noqa: PLC0415 - costly

    texts = [EventText(**{name: text.get(name, "") for name in _WORDS}) for text in given]
    hints = np.array([hints_of(text.get("labels", ())) for text in given], np.float32)
    return [
        _reported(text, answer)
        for text, answer in zip(given, categorizer().answers(texts, hints=hints), strict=True)
    ]


def _reported(text: dict[str, Any], answer: "Prediction") -> dict[str, Any]:
    from pipeline.refinement.categories.verdict import verdict  # noqa: PLC0415 - costly

    labels = text.get("labels", ())
    reported = verdict(
        answer, title=text["title"], description=text.get("description", ""), labels=labels, tags=labels
    )
    return {
        "id": text.get("id"),
        "category": reported.category,
        "subcategory": reported.subcategory,
        "tags": list(reported.tags),
        "secondary": list(reported.secondary),
        "confidence": answer.confidence,
        "scores": answer.scores,
        "reason": reported.reason,
    }
