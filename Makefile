# The commands of this project; CI calls the same recipes.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
DATA ?= .data

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench fmt soak clean

help:  ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/.ready  ## Make .venv with everything that running, testing and measuring need

.venv/.ready: pyproject.toml uv.lock Makefile
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=.venv $(BIN)/uv sync --frozen --all-extras --all-groups --inexact --quiet
	@touch $@

run: setup  ## Start the server with demo data and print where to look
	$(BIN)/crawlsight demo --serve --data $(DATA)

test: setup check  ## Run every check and every test
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: setup  ## Lint, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup  ## Measure speed as ratios against a limit in the same run
	$(BIN)/python -m bench

fmt: setup  ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python docs/generate.py

soak: setup  ## The long runs: 100,000 fuzzed requests and repeated kills
	CRAWLSIGHT_SOAK=1 $(BIN)/python -m pytest tests/fuzz tests/e2e/test_crashes.py

clean:  ## Remove what setup and run made
	rm -rf .venv $(DATA)
