"""What else the words tell: who performs, who may come and how easily, and whether there is a roof. Each with
how far it is believed."""

from sources.steps.facts.step import facts

__all__ = ["facts"]
