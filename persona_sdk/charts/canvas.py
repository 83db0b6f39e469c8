"""The sheet that charts are drawn on: elements, colours, texts that cannot break out."""

from __future__ import annotations

import re
from hashlib import sha256
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

WIDTH = 640
"""Of every chart, in pixels of its own; a page may scale it."""

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Told apart by colour-blind readers (Okabe and Ito, 2008), on white and on black paper."""

DASHES = ("none", "7 3", "2 3", "9 3 2 3", "12 4", "4 2")
"""Of lines, in the order of the palette: colour is never the only difference."""

# `:root` is the drawing only where it stands alone; inside a page the page's colours hold.
_CSS = (
    "svg:root{color:#1f2328;background:#fff}"
    "@media(prefers-color-scheme:dark){svg:root{color:#e6edf3;background:#0d1117}}"
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def sheet(title: str, description: str, height: float) -> Element:
    """Return an empty drawing of that height, with the title that readers see and hear."""
    digest = sha256(f"{title}\n{description}".encode("utf-8", "replace")).hexdigest()[:10]
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {number(height)}",
            "width": str(WIDTH),
            "height": number(height),
            "style": "max-width:100%;height:auto",
            "role": "img",
            "aria-labelledby": f"t{digest} d{digest}",
            "font-family": "system-ui, sans-serif",
            "font-size": "12",
            "fill": "currentColor",
        },
    )
    add(root, "title", title, id=f"t{digest}")
    add(root, "desc", description, id=f"d{digest}")
    add(root, "style", _CSS)
    add(root, "text", shortened(title, 80), x=12, y=20, font_size=14, font_weight=600)
    return root


def written(root: Element) -> str:
    """Return the drawing as text that ends in a line feed."""
    ElementTree.indent(root, space=" ")
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def add(parent: Element, tag: str, text: str = "", /, **attributes: str | float) -> Element:
    """Add an element; `stroke_width=2` becomes `stroke-width="2"`."""
    named = {
        name.replace("_", "-"): clean(value) if isinstance(value, str) else number(value)
        for name, value in attributes.items()
    }
    child = ElementTree.SubElement(parent, tag, named)
    if text:
        child.text = clean(text)
    return child


def note(element: Element, text: str) -> None:
    """Show `text` to a reader who points at the element."""
    if text:
        add(element, "title", text)


def number(value: float) -> str:
    """Return a coordinate, short: a tenth of a pixel is enough."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")  # + 0.0: there is no minus zero


def clean(text: str) -> str:
    """Return `text` without the characters that no XML may hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def shortened(text: str, most: int) -> str:
    """Return `text` on one line, cut to `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
