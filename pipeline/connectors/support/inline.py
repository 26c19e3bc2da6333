"""Elements of a page found by plain search, for what is looked for before the page is parsed: each character
is looked at once, whatever is never closed."""

from collections.abc import Iterator


def scripts(page: str, opening: str = "<script") -> Iterator[str]:
    """What stands inside each script element whose tag begins with `opening`, up to the first that is not
    closed."""
    at = 0
    while (begin := page.find(opening, at)) >= 0:
        inside = page.find(">", begin + len(opening)) + 1
        end = page.find("</script>", inside)
        if not inside or end < 0:
            return
        yield page[inside:end]
        at = end
