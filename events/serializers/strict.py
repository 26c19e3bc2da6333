"""What a client sends, without fields that nobody reads."""

from accounts.api.bodies import JsonSerializer


class StrictSerializer(JsonSerializer):
    """Refuses unknown fields by name."""

    is_closed = True
