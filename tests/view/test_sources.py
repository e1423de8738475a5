"""The table of publications: how the clocks of a source are set."""

import pytest

from routesim.view.page.sources import make_sources
from tests.support.feeds import STOPS, build_feed


@pytest.mark.parametrize(
    ("clock", "note"),
    [
        ("one", "made up (one clock, whose zone is not known)"),
        ("Asia/Seoul", "made up (all clocks are Seoul"),
        ("place", "made up</td>"),
    ],
)
def test_the_publications_say_how_their_clocks_are_set(clock, note):
    assert note in str(make_sources(build_feed(STOPS, clock=clock)))
