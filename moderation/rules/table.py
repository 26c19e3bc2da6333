"""The rules by name, and which of them are on, with which thresholds.

The defaults are here. What an operator sets on the page of rules is stored and handed in
(`moderation.services.rule_settings`). The thresholds of the quality gates are those of the sources (sources/gates).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """The number of a rule: its default, the range that is accepted, and what it means."""

    default: float
    least: float
    most: float
    about: str
    decimals: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule: its name on pages, one sentence, and its threshold if it has one.

    `fixed` rules cannot be switched off: they keep what a source may do. `lets_through` rules publish or apply; all
    others hold an event or a change back for a person.
    """

    code: str
    name: str
    about: str
    threshold: Threshold | None = None
    fixed: bool = False
    lets_through: bool = False


_TABLE: Final = (
    Rule(
        code="clean", name="Nothing doubtful", fixed=True, lets_through=True,
        about="A new event is published if its source is trusted with all that it says and no other rule holds it back.",
    ),
    Rule(
        code="harmless", name="Harmless change", fixed=True, lets_through=True,
        about="A change of a published event is applied if no other rule holds it back.",
    ),
    Rule(code="blocked", name="Blocked source", about="Nothing from a blocked source is published or changed.", fixed=True),
    Rule(
        code="always", name="Kind that is always reviewed", fixed=True,
        about="What comes by a kind of source that is often wrong, such as captions, waits for a person.",
    ),
    Rule(
        code="untrusted", name="Source is not trusted yet", fixed=True,
        about="A new event waits while its source, or who submitted it, is not trusted with all that it says.",
    ),
    Rule(
        code="untrusted_change", name="Change is not trusted", fixed=True,
        about="A change of a published event is proposed, not applied, where its source is not trusted with those fields.",
    ),
    Rule(code="ai", name="Read by a language model", about="What a language model read from prose waits for a person.", fixed=True),
    Rule(code="prose", name="Read from prose", about="What was read from running text, not from data, waits for a person."),
    Rule(code="quality", name="Poor as a whole", about="An event whose overall quality score is below the quality gates' threshold waits."),
    Rule(code="gate", name="A quality gate fails", about="An event that fails one of the five quality gates waits."),
    Rule(
        code="category", name="Category is a guess", about="An event whose category is less certain than the threshold waits.",
        threshold=Threshold(default=0.35, least=0.0, most=1.0, about="the least certainty of the category, from 0 to 1"),
    ),
    Rule(code="category_doubt", name="Category is contradicted", about="An event whose source and words name different categories waits."),
    Rule(code="no_city", name="No known city", about="An event that takes place on site, but in no city that is served, waits."),
    Rule(code="duplicate", name="May be a duplicate", about="An event that resembles another one, but not enough to be merged, waits."),
    Rule(code="spam", name="Spam", about="An event that reads like spam waits."),
    Rule(code="profanity", name="Strong words", about="An event with strong words in its title or text waits."),
    Rule(code="malicious_link", name="Malicious link", about="An event with a link that is known to be harmful, or is disguised, waits.", fixed=True),
    Rule(code="mismatched_link", name="Link leads elsewhere", about="An event whose link shows another address than it leads to waits."),
    Rule(code="shortened_link", name="Shortened link", about="An event with a link that hides where it leads waits."),
    Rule(code="copied_description", name="Copied text", about="An event with the description of another organizer's event waits."),
    Rule(code="check", name="Contradicting facts", about="An event whose facts contradict each other, as the steps of reading found, waits."),
    Rule(
        code="retitled", name="Another title", about="A published event keeps its texts where the new title is hardly like the old one.",
        threshold=Threshold(default=55.0, least=0.0, most=100.0, about="the least likeness of the titles, from 0 to 100", decimals=0),
    ),
    Rule(code="another", name="Another event", about="Where title and time both change, nothing is applied: this may be another event."),
    Rule(
        code="rewritten", name="Another description", about="A published event keeps its texts where few words of the description stay.",
        threshold=Threshold(default=30.0, least=0.0, most=100.0, about="the least share of words that stay, in percent", decimals=0),
    ),
    Rule(
        code="new_link", name="New link in the text",
        about="A published event keeps its texts where the description links to a site that it did not link to before.",
    ),
    Rule(code="moved_link", name="Link moved", about="A published event keeps its texts where its link, tickets or online address move to another site."),
    Rule(code="resumed", name="No longer cancelled", about="A person looks where a cancelled event takes place again."),
    Rule(code="locked", name="Locked field", about="A change of a field that a person has locked is proposed.", fixed=True),
    Rule(
        code="mismatch", name="Listing no longer fits", fixed=True,
        about="A listing that no longer resembles the event's other listings is asked about.",
    ),
)  # fmt: skip
#: All rules by their code, in the order of the page.
RULES: Final[Mapping[str, Rule]] = {rule.code: rule for rule in _TABLE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The rules in force: which are `off`, and the thresholds that differ from the defaults.

    `quality` is used where an event's quality names no threshold of its own.
    """

    off: frozenset[str] = frozenset()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    quality: float = 0.7

    def is_on(self, code: str) -> bool:
        """Whether the rule holds anything back. A fixed one always does."""
        return code not in self.off or RULES[code].fixed

    def threshold(self, code: str) -> float:
        """The rule's threshold. Raises KeyError for a rule without one."""
        if code in self.thresholds:
            return self.thresholds[code]
        limit = RULES[code].threshold
        if limit is None:
            raise KeyError(code)
        return limit.default
