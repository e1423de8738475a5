"""Self-contained HTML file with its content security policy.

The policy allows only the included scripts and styles, by their hashes. No request can leave
the page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup

from routesim.errors import RouteSimError
from routesim.view.html.markup import dump_json, element, join, raw_element

DATA_ID = "routesim-data"
LEAFLET_PACKAGE = "xstatic.pkg.leaflet"
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
CSS_URL = re.compile(r"[\w-]+:\s*url\([^)]*\);?")
"""Images of Leaflet's layer control and default icon, which are not used."""


@dataclass(frozen=True, slots=True)
class Document:
    """Parts of an HTML file.

    Parameters
    ----------
    title
        Title as plain text.
    body
        HTML written by this package.
    styles, scripts
        Styles and scripts of this package and of Leaflet. Scripts run after the body, in this
        order.
    data
        All texts of data files that scripts show, written as one JSON block.
    """

    title: str
    body: Markup
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    data: Any = None

    def render(self) -> str:
        """Return the file as text; the same parts give the same text."""
        styles = [style.strip("\n") for style in self.styles]
        scripts = [_close_safely(script) for script in self.scripts]
        head = join(
            [
                element(
                    "meta",
                    http_equiv="Content-Security-Policy",
                    content=_make_security_policy(styles, scripts),
                ),
                element("meta", charset="utf-8"),
                element("meta", name="viewport", content="width=device-width, initial-scale=1"),
                element("meta", name="color-scheme", content="light dark"),
                element("title", self.title),
                *[raw_element("style", style) for style in styles],
            ]
        )
        block = raw_element("script", dump_json(self.data), type="application/json", id=DATA_ID)
        tail = [raw_element("script", script) for script in scripts]
        body = element("body", self.body, block, *tail)
        page = element("html", element("head", head), Markup("\n"), body, lang="en")
        return f"<!DOCTYPE html>\n{page}\n"


@cache
def read_asset(name: str) -> str:
    """Read a style or script of this package by file name."""
    return (files("routesim.view") / "assets" / name).read_text(encoding="utf-8")


@cache
def read_leaflet(name: str) -> str:
    """Read ``leaflet.js`` or ``leaflet.css`` from the package XStatic-Leaflet.

    Raises
    ------
    RouteSimError
        If the package is not installed.
    """
    spec = find_spec(LEAFLET_PACKAGE)
    if spec is None or spec.origin is None:
        raise RouteSimError("the package XStatic-Leaflet is missing; install routesim again")
    text = (Path(spec.origin).parent / "data" / name).read_text(encoding="utf-8")
    return CSS_URL.sub("", text) if name.endswith(".css") else SOURCE_MAP.sub("", text)


def _make_security_policy(styles: list[str], scripts: list[str]) -> str:
    """Return a content security policy that allows only these styles and scripts."""
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(_hash(script) for script in scripts) or "'none'",
        "style-src": " ".join(_hash(style) for style in styles) or "'none'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _close_safely(script: str) -> str:
    """Escape what would end a script element; JavaScript strings keep their meaning."""
    return script.strip("\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")
