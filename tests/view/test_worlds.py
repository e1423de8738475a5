import re

from routesim.view.page.conflicts import make_worlds


def test_worlds_under_the_bounds_are_marked(findings):
    html = make_worlds(findings)
    marked = re.findall(r'id="world-(\d+)">\d+<span class="note"> used for the bounds', html)
    assert [int(number) for number in marked] == [w.number for w in findings.bounds.worlds]
