import re

from tests.view.reading import read_section


def test_all_timing_points_are_shown_of_the_default_route_alone(page_text):
    section = read_section(page_text, "windows")
    assert section.count("timing points</summary>") == 1
    bands = re.findall(r'route-title">[^<]+</span><span class="note"> ([^<]+)<', section)
    assert bands == ["given the reports", *["from the priors alone"] * 2]
