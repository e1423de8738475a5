from __future__ import annotations

from routesim.cli.output import make_plain, print_json


def test_control_characters_do_not_reach_the_terminal():
    assert make_plain("a\x1b]0;title\x07b") == "a\ufffd]0;title\ufffdb"
    assert make_plain("right\u202eleft") == "right\ufffdleft"


def test_json_has_no_nan(capsys):
    print_json({"a": float("nan"), "b": [float("inf")], "c": 2023})
    assert (
        capsys.readouterr().out == '{\n  "a": null,\n  "b": [\n    null\n  ],\n  "c": 2023\n}\n'
    )
