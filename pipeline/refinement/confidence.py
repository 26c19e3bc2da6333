"""How far a value is believed by the way in which it was read."""

from typing import Final

from pipeline.contract.enums import ExtractionMethod

#: How far a field is believed by the way it was read.
METHOD_CONFIDENCE: Final = {
    ExtractionMethod.STRUCTURED: 0.95,
    ExtractionMethod.SELECTOR: 0.85,
    ExtractionMethod.TEXT: 0.7,
    ExtractionMethod.AI: 0.6,
}
