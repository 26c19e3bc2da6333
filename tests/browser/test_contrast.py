"""Every text colour on every surface, night and day: at least 4.5 to 1 (WCAG 2.2, 1.4.3), lines and edges 3
to 1 (1.4.11)."""

from typing import TYPE_CHECKING, Any

import pytest

from pipeline.taxonomy import SLUGS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SURFACES = ("--bg", "--surface", "--raised")
SKY = {"night": "#34195f", "day": "#e3d6ff"}
TEXTS = ("--text", "--muted", "--accent", "--live", "--warn", "--danger")

#: The relative luminance of what the browser paints for a CSS colour, by WCAG's formula.
LUMINANCE = """(colour) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
    .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}"""
CATEGORY = """(slug) => {
  const probe = Object.assign(document.createElement("i"), {});
  probe.dataset.cat = slug;
  document.body.append(probe);
  probe.style.setProperty("color", "var(--cat)");
  return getComputedStyle(probe).color;
}"""


def ratio(first: float, second: float) -> float:
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


@pytest.mark.parametrize("theme", ["night", "day"])
def test_contrast(page: "Page", live_server: Any, transactional_db: None, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "night" else "light")
    page.goto(live_server.url + "/about/")

    def luminance(name: str) -> float:
        value = (
            page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('{name}')")
            if name.startswith("--")
            else name
        )
        return float(page.evaluate(LUMINANCE, value.strip()))

    surfaces = {name: luminance(name) for name in (*SURFACES, SKY[theme])}
    colours = {name: luminance(name) for name in TEXTS}
    colours |= {slug: luminance(page.evaluate(CATEGORY, slug)) for slug in SLUGS}
    weak = [
        (text, name, round(ratio(light, ground), 2))
        for text, light in colours.items()
        for name, ground in surfaces.items()
        if ratio(light, ground) < 4.5
    ]
    assert weak == []
    assert ratio(luminance("--fill"), luminance("--on-fill")) >= 4.5
    assert all(ratio(luminance("--field"), surfaces[name]) >= 3 for name in ("--bg", "--surface"))
