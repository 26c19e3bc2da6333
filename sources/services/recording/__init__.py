"""From a batch of refined records to events: recorded (`recorder`), staged (`staged`), and shown to a person
where need be (`reviews`)."""

from sources.services.recording.recorder import Recorder, lock_cities

__all__ = ["Recorder", "lock_cities"]
