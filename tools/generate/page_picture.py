"""Take the picture of the page that the README shows.

    python -m tools.generate.page_picture out/2023-09.html docs/page.png

It needs Chromium, and Playwright from the dependency group ``test``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH_PX, HEIGHT_PX = 1180, 860
SECTION = "#conflicts"


def take_picture(page_path: Path, picture_path: Path) -> None:
    """Take a picture of the top of the section of conflicts."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
        page.goto(page_path.resolve().as_uri())
        page.evaluate(f"document.querySelector('{SECTION}').scrollIntoView()")
        page.screenshot(path=picture_path)
        browser.close()


def main() -> None:
    """Read the arguments and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("page", type=Path, help="Page of a journey, an HTML file.")
    parser.add_argument("picture", type=Path, help="PNG file to write.")
    asked = parser.parse_args()
    take_picture(asked.page, asked.picture)


if __name__ == "__main__":
    main()
