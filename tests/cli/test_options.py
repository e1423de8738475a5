from __future__ import annotations

import pytest

from routesim.cli.options import MOST_CHARACTERS, read_settings, read_speed, split_pair
from routesim.errors import ArgumentError


def test_a_speed_is_a_number_or_a_range():
    assert read_speed("50") == 50.0
    assert read_speed("45.5:60") == (45.5, 60.0)
    for text in ("fast", "50:", "40:50:60"):
        with pytest.raises(ArgumentError, match="write 50 or 50:60"):
            read_speed(text)
    with pytest.raises(ArgumentError, match="with LOW below HIGH, such as 50:60"):
        read_speed("60:50")


def test_a_pair_is_split_at_its_last_sign():
    pair = split_pair(" a=b = 1h ", option="--dwell", example="--dwell Khasan=1h")
    assert pair == ("a=b", "1h")
    for text in ("Khasan", "Khasan=", "=1h", " = "):
        with pytest.raises(ArgumentError, match="write --dwell Khasan=1h"):
            split_pair(text, option="--dwell", example="--dwell Khasan=1h")


def test_settings_are_read_as_toml_and_otherwise_as_text():
    texts = ["a.b = 0.5", "c=[1, 2]", "d=true", 'e="x=y"', "f=flat out", "g=1\nh=2"]
    assert read_settings(texts) == {
        "a.b": 0.5,
        "c": [1, 2],
        "d": True,
        "e": "x=y",
        "f": "flat out",
        "g": "1\nh=2",
    }
    long = "9" * (MOST_CHARACTERS + 1)
    assert read_settings([f"a={long}"]) == {"a": long}
    assert read_settings(None) == {}


def test_every_faulty_setting_is_named():
    with pytest.raises(ArgumentError) as caught:
        read_settings(["a", "b=1", "b=2", "=3"])
    assert len(caught.value.faults) == 3
    assert "b is given twice" in str(caught.value)
