"""Confidence in a value by the way in which it was read."""

from typing import Final

from pipeline.contract.enums import ExtractionMethod

#: Confidence in a field by the way in which it was read.
METHOD_CONFIDENCE: Final = {
    ExtractionMethod.STRUCTURED: 0.95,
    ExtractionMethod.SELECTOR: 0.85,
    ExtractionMethod.TEXT: 0.7,
    ExtractionMethod.AI: 0.6,
}
