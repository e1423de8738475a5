from markupsafe import Markup

from routesim.view.html.links import find_reports, link_reports


def test_only_known_reports_become_links():
    made = link_reports("C01, C99 and <C02>", {"C01", "C02"})
    assert isinstance(made, Markup)
    assert made == (
        '<a href="#report-C01">C01</a>, C99 and &lt;<a href="#report-C02">C02</a>&gt;'
    )


def test_ids_are_found_as_whole_words_only():
    ids = {"C1", "C12", "C48"}
    assert find_reports("C12 and C12, not XC1", ids) == ("C12",)
    assert find_reports("C48 of its own; 2019-04/C48 is of another", ids) == ("C48",)
    assert find_reports("2019-04/C48", ids) == ()
    assert find_reports("C1/C12", ids) == ("C1", "C12")
