from __future__ import annotations

from routesim.cli.output import make_plain, print_json, print_table


def test_control_characters_do_not_reach_the_terminal():
    assert make_plain("a\x1b]0;title\x07b") == "a\ufffd]0;title\ufffdb"
    assert make_plain("right\u202eleft") == "right\ufffdleft"


def test_json_has_no_nan(capsys):
    print_json({"a": float("nan"), "b": [float("inf")], "c": 2023})
    assert (
        capsys.readouterr().out == '{\n  "a": null,\n  "b": [\n    null\n  ],\n  "c": 2023\n}\n'
    )


def test_a_heading_says_how_its_column_is_aligned(capsys):
    print_table([">km", "station", ">|at least"], [["6", "Khasan", "4 h"]])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    # Columns are as wide as their widest cell, with a space after each: 2, 7 and 8.
    assert lines == ["km  station  at least", " 6  Khasan        4 h"]
