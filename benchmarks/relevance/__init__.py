"""How well search orders what people look for: judged queries over recorded real events (docs/search.md)."""
