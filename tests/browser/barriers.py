"""What axe finds on a page that keeps people out: all rules in light, and of dark what differs, its contrast."""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: WCAG 2.2 to level AA, and what is good practice.
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Only what is wrong is worked out in full. Frames have no axe in them: it would wait for their answer.
_QUICK: Final = {"resultTypes": ["violations"], "iframes": False}


def barriers(
    page: "Page", context: str | None = None, *, dark: bool = True
) -> list[tuple[str, str, list[str]]]:
    """The scheme, the rule and the first elements of each barrier on the open page, or in the part that `context` selects; without `dark` by day alone."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    every: dict[str, Any] = {"runOnly": RULES}
    contrast: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    for scheme, options in (("light", every), *([("dark", contrast)] if dark else [])):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate("document.fonts.ready")
        answer: dict[str, Any] = page.evaluate(
            "([context, options]) => axe.run(context || document, options)", [context, {**options, **_QUICK}]
        )
        found += [
            (scheme, rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
            for rule in answer["violations"]
        ]
    return found
