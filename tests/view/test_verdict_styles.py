"""A verdict has its words, its style in the diagram, and its colours and mark on the page."""

from __future__ import annotations

import pytest

from routesim.assessment import VERDICTS
from routesim.text.findings import VERDICT_WORDS
from routesim.view.diagram.palette import VERDICT_STYLES
from routesim.view.html.document import read_asset


def test_every_table_of_verdicts_has_the_same_keys():
    assert set(VERDICT_WORDS) == set(VERDICT_STYLES) == set(VERDICTS)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_page_has_two_colours_a_key_and_a_mark_for_a_verdict(verdict):
    styles = read_asset("page.css")
    assert styles.count(f"--{verdict}: ") == 2  # in light and in dark
    assert f".badge.verdict-{verdict} " in styles
    assert f".report-mark.verdict-{verdict} path " in styles
    assert f".key-verdict-{verdict} " in styles
    assert f"\n    {verdict}: " in read_asset("map.js")
