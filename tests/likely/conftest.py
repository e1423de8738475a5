"""Fixtures: small journeys, and tools that draw reports from simulated truths."""

from functools import partial

import pytest

import routesim as rs
from tests.support import posterior_cases, simulated_reports
from tests.support.journeys import load_text
from tools.verify import calibration as verify_calibration


@pytest.fixture(scope="session")
def calibration():
    """Synthetic journeys with reports drawn from the model of the likelihood."""
    return simulated_reports


@pytest.fixture(scope="session")
def tool():
    """Cases of the calibration, and the tests of their ranks."""
    return verify_calibration


@pytest.fixture(scope="session")
def cases():
    """Small journeys with a posterior that is also coded by hand."""
    return posterior_cases


@pytest.fixture(scope="session")
def load(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journeys")
    return partial(load_text, folder=folder)


@pytest.fixture(scope="session")
def text(cases):
    return cases.FOUR.text


@pytest.fixture(scope="session")
def whole(load, text):
    return rs.condition(load(text), draws=4096)


@pytest.fixture(scope="session")
def with_false_clock(load, text, cut_reports):
    """A posterior with a false clock at Ussuriysk, by another family and nine hours late."""
    head, reports = cut_reports(text)
    (clock,) = (report for report in reports if 'id = "C"' in report)
    false = clock.replace('id = "C"', 'id = "X"').replace("05-02 13:20", "05-02 22:20")
    false = false.replace('family = "C"', 'family = "W"')
    return rs.condition(load(head + "".join([*reports, false])), draws=4096)


@pytest.fixture(scope="session")
def cut_reports():
    """Split a journey's file into its head and its reports."""

    def cut(text):
        head, *reports = text.split("[[reports]]")
        return head, [f"[[reports]]{report}" for report in reports]

    return cut
