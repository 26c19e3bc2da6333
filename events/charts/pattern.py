"""A picture for an event without one, derived from its id, so it never changes."""

from hashlib import blake2b

_WIDTH, _HEIGHT = 96, 72


def pattern(event_id: str) -> str:
    """SVG of 96 by 72 units: one of five families, with measures drawn from the id.

    The surrounding element's category sets the colour.
    """
    seed = blake2b(event_id.encode(), digest_size=16).digest()
    family = (_slashes, _moon, _windows, _waves, _beams)[seed[0] % 5]
    return (
        f'<svg class="art" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">'
        f"{family(seed[1:])}</svg>"
    )


def _slashes(seed: bytes) -> str:
    """Slashes of uneven height, as in the wordmark."""
    parts = []
    for index in range(7):
        height = 14 + seed[index] % 46
        x, y = 4 + index * 13, 64 - seed[index + 7] % 8
        parts.append(f"M{x} {y}l{height * 0.35:.0f}-{height}")
    bold = seed[14] % 7
    return f'<path class="a2" d="{"".join(parts)}"/><path class="a5" d="{parts[bold]}"/>'


def _moon(seed: bytes) -> str:
    """A disc over rings."""
    x, y = 22 + seed[0] % 52, 20 + seed[1] % 26
    radius = 9 + seed[2] % 8
    rings = "".join(
        f'<circle class="a{3 - step // 2}" cx="{x}" cy="{y}" r="{radius + 9 + step * 11}"/>'
        for step in range(4)
    )
    return f'{rings}<circle class="f5" cx="{x}" cy="{y}" r="{radius}"/>'


def _windows(seed: bytes) -> str:
    """A wall of windows, a few of them lit."""
    lit = {seed[index] % 40 for index in range(7)}
    dark: list[str] = []
    light: list[str] = []
    for index in range(40):
        x, y = 7 + index % 8 * 10.6, 9 + index // 8 * 11.6
        (light if index in lit else dark).append(f"M{x:g} {y:g}h6v7h-6z")
    return f'<path class="f1" d="{"".join(dark)}"/><path class="f4" d="{"".join(light)}"/>'


def _waves(seed: bytes) -> str:
    """Quiet waves, one above the other."""
    lift = 5 + seed[0] % 12
    start = seed[1] % 24
    bold = seed[2] % 6
    lines = []
    for index in range(6):
        y = 12 + index * 11
        lines.append(
            f'<path class="a{5 if index == bold else 2}" d="M-{start} {y}q16-{lift} 32 0t32 0 32 0 32 0"/>'
        )
    return "".join(lines)


def _beams(seed: bytes) -> str:
    """Beams of light from one point above."""
    x = 16 + seed[0] % 64
    bold = seed[1] % 6
    beams = []
    for index in range(6):
        left = -40 + index * 32 + seed[2 + index] % 10
        beams.append(
            f'<path class="f{4 if index == bold else 1 + index % 2}" d="M{x} -6L{left} 78h{9 + seed[8 + index % 4] % 9}z"/>'
        )
    return "".join(beams)
