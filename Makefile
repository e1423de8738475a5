# The two main commands are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
RUN := $(VENV)/.run
DEV := $(VENV)/.dev

.PHONY: demo test check lint types layers unit fast schemas answers pins clean

demo: $(RUN)  ## run the main job: write a page for each of the two journeys
	$(BIN)/routesim validate geodata
	$(BIN)/routesim page 2019-04 -o out/2019-04.html
	$(BIN)/routesim page 2023-09 -o out/2023-09.html
	@echo "Open out/2019-04.html and out/2023-09.html in a browser."

test: lint types layers unit  ## run all checks and tests

check: lint types layers fast  ## run the quick checks and tests, in under a minute

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

layers: $(DEV)
	$(BIN)/lint-imports --no-logo

unit: $(DEV)  ## run all tests: doctests, notebooks, browser, wheel
	$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

fast: $(DEV)  ## run the quick tests
	$(BIN)/pytest tests --quiet --numprocesses auto --dist loadfile \
		-m 'not slow and not notebook and not browser and not wheel'

schemas: $(DEV)  ## regenerate geodata/schemas/
	$(BIN)/python -m tools.generate.schemas

answers: $(DEV)  ## run notebooks/what_is_likely.ipynb and store its outputs
	$(BIN)/python -m tools.generate.notebook notebooks/what_is_likely.ipynb

pins: $(DEV)  ## regenerate constraints.txt from the installed versions
	(echo "# Tested pins, resolved on Python 3.11. Regenerate with: make pins"; \
	 $(PIP) freeze --all --exclude-editable | grep == | grep -v '^setuptools' | sort -f) > constraints.new
	mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(RUN): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("routesim needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade 'pip>=25.1' -c constraints.txt
	$(PIP) install --quiet --editable . -c constraints.txt
	touch $@

$(DEV): $(RUN)
	$(PIP) install --quiet --editable . --group dev -c constraints.txt
	touch $@
