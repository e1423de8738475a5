import json

import pytest

from routesim.view.html.markup import (
    dump_json,
    element,
    escape,
    raw_element,
)


def test_text_is_escaped_and_markup_is_not():
    assert element("p", "<b>", element("i", "&")) == "<p>&lt;b&gt;<i>&amp;</i></p>"


def test_attributes_are_escaped_and_named():
    made = element("a", "x", href='"><script>', class_="k", data_a="1", hidden=True, id=None)
    assert made == '<a href="&#34;&gt;&lt;script&gt;" class="k" data-a="1" hidden>x</a>'


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
