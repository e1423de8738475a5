"""Compare everything that two checkouts of routesim print and write, byte by byte.

Run it from the root of a checkout::

    python -m tools.verify.compare_checkouts BEFORE AFTER
    python -m tools.verify.compare_checkouts BEFORE AFTER --only "conflicts 2023-09*"
    python -m tools.verify.compare_checkouts --list

Use it after a refactoring that must not change any output. A case runs one or more commands,
or a script that uses the Python API. It runs once for each checkout, in a new folder and with
the same environment variables. Standard output, standard error, the exit code and all files
that were written must be identical. The only deliberate difference is the hash seed: output
that depends on the order of a set is found this way.

BEFORE and AFTER are the folders of the checkouts. They need not contain this package. Each of
them needs its own ``.venv``, made with ``make .venv/.run`` or ``make .venv/.dev``.
Alternatively, ``--python`` names one interpreter that runs both. The installed packages must
have the same versions. Install numba in both environments to compare the compiled engine as
well.

The cases use the bundled journeys, stations and routes. Cases that read a folder of geodata get
a copy of the folder of BEFORE, for both checkouts.

The options are:

``--only PATTERN``
    Run only the cases whose names match, with the wildcards of `fnmatch`. Can be repeated.
``--list``
    List the names of the cases and exit.
``--jobs N``
    Number of cases that run at the same time; 2 by default.
``--keep FOLDER``
    Keep all outputs in a new folder.
``--python PYTHON``
    Interpreter for both checkouts.

The exit code is 0 if all outputs are identical or allowed by ``EXCEPTIONS``, 1 if there is any
difference, and 2 if the checkouts cannot be compared.

Two tables in `allowed` hold what may differ. ``EXCEPTIONS`` lists differences between outputs,
each with its reason. ``RENAMED`` holds the public names of classes and attributes that were
renamed to terms of the field. JSON keys and columns of tables keep their names, so they need no
exception. A script over the API accepts the old and the new name, and so runs on both sides.

The modules are:

``__main__``
    The arguments and the main function.
``steps``
    The model: cases and their steps.
``cases``
    The list of all cases.
``commands``, ``faulty_files``
    The tables of command lines, and of edits that make a file invalid.
``bundled``
    The journeys that the cases use, and input files.
``api_questions``
    The table of the scripts over the public API, which are in ``api_package``,
    ``api_journeys``, ``api_reports`` and ``api_trains``. They use ``api_format``.
``start_script``
    Starts such a script. Each side runs this file by its path, with its own interpreter.
``sides``
    A side: its interpreter, its environment variables, and how it runs a step.
``comparing``, ``differences``, ``allowed``
    The comparison of a case, the description of a difference, and what may differ.
``summary``
    What is printed.
"""
