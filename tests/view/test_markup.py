import json

import pytest

from routesim.view.html.markup import (
    Markup,
    dump_json,
    element,
    escape,
    find_reports,
    link_reports,
    raw_element,
)


def test_text_is_escaped_and_markup_is_not():
    assert element("p", "<b>", element("i", "&")) == "<p>&lt;b&gt;<i>&amp;</i></p>"


def test_attributes_are_escaped_and_named():
    made = element("a", "x", href='"><script>', class_="k", data_a="1", hidden=True, id=None)
    assert made == '<a href="&quot;&gt;&lt;script&gt;" class="k" data-a="1" hidden>x</a>'


def test_carriage_return_survives_the_parser():
    assert escape("a\rb") == "a&#13;b"


def test_json_cannot_end_its_script_element():
    text = "</script><!--&\u2028\u2029"
    written = dump_json({"text": text})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"text": text}


@pytest.mark.parametrize("content", ["a</SCRIPT >", "<!-- x"])
def test_raw_element_refuses_what_would_end_it(content):
    with pytest.raises(ValueError, match="would end it"):
        raw_element("script", content)


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
