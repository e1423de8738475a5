"""A command with --json prints the dict of the answer, and nothing else."""

from __future__ import annotations

import pytest
import typer.main

import routesim as rs
from routesim.cli.app import app
from tests.support.answer_cases import ANSWERS, COMMANDS, DRAWS, NOON, Asked

WITHOUT_ANSWER = {"diagram", "map", "new", "page", "validate", "where"}
"""Commands that write or check a file, and ``where``, which has its own tests below."""
OF_NO_JOURNEY = {"journeys", "stations", "route", "train"}
"""Commands that take no journey."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    made = Asked(tmp_path_factory.mktemp("asked"))
    assert made.journey.id == "mine"  # writes its file
    return made


def ask(run_cli, asked, command, *options):
    journey = () if command in OF_NO_JOURNEY else (str(asked.path),)
    network = () if command == "journeys" else ("--network", str(asked.folder))
    outcome = run_cli(command, *journey, *options, *network, "--json")
    assert outcome.code == 0, outcome.err
    return outcome.document


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_the_dict_of_its_answer(run_cli, asked, command):
    options, answer = COMMANDS[command]
    document = ask(run_cli, asked, command, *options)
    assert document == (ANSWERS[answer] if isinstance(answer, str) else answer)(asked).to_dict()


def test_where_prints_the_position_given_the_reports(run_cli, asked):
    document = ask(run_cli, asked, "where", "--at", NOON, "--draws", str(DRAWS))
    assert document["certain"]
    assert document == asked.posterior.where(NOON).to_dict()


def test_where_adds_the_certain_bounds_to_a_position_from_the_priors(run_cli, asked):
    options = ("--at", NOON, "--prior", "--past", "Vladivostok")
    document = ask(run_cli, asked, "where", *options, "--draws", str(DRAWS))
    place = rs.simulate(asked.journey, draws=DRAWS).where(NOON).to_dict()
    certain = asked.posterior.where(NOON).to_dict()["certain"]
    assert [row["visit"] for row in document["past"]] == [1]
    assert document == place | {"certain": certain, "past": document["past"]}


def test_every_command_with_json_is_tested():
    commands = typer.main.get_command(app).commands
    with_json = {
        name
        for name, command in commands.items()
        if any("--json" in parameter.opts for parameter in command.params)
    }
    assert with_json == {*COMMANDS, *WITHOUT_ANSWER}
