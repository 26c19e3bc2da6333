"""One bar of the day strip; its height shows how many events the day has."""


def strip_bar(count: int, most: int) -> str:
    """SVG of a slanted bar with a height in proportion to `count` of `most`; an empty day gets a flat mark."""
    height = 2 if not count else round(6 + 34 * count / max(most, 1))
    slant = round(height * 0.32)
    left = 17 - slant / 2
    return (
        '<svg class="bar" viewBox="0 0 34 44" aria-hidden="true" focusable="false">'
        f'<path d="M{left - 5:g} 44h10l{slant}-{height}h-10z"/></svg>'
    )
