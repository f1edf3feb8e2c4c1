# The commands of this project; CI calls the same recipes.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
DATA ?= .data
STATIC := src/crawlsight/server/static

# Node of this machine, else the one that setup takes from PyPI.
NPM := $(shell command -v npm)
ifeq ($(NPM),)
GROUPS := --all-groups
NPM := $(CURDIR)/$(BIN)/npm
export PATH := $(PATH):$(CURDIR)/$(BIN)
else
GROUPS := --all-groups --no-group web
endif
NPM_IN_WEB := $(NPM) --prefix web --silent
WEB_SOURCES := $(filter-out web/openapi.json web/src/api/schema.d.ts, $(shell find web -name node_modules -prune -o -type f -print)) $(wildcard docs/sources/*.md)

.DEFAULT_GOAL := help
.PHONY: help setup run test check web web-check bench fmt soak clean

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready  ## Make .venv with everything that running, testing and measuring need

.venv/.ready: pyproject.toml uv.lock Makefile
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=.venv $(BIN)/uv sync --frozen --all-extras $(GROUPS) --inexact --compile-bytecode --quiet
	@touch $@

run: setup web  ## Start the server with demo data and print where to look
	$(BIN)/crawlsight demo --serve --data $(DATA)

test: setup check web web-check  ## Run every check and every test
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: setup  ## Lint, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

web: setup $(STATIC)/index.html  ## Build the dashboard, if its sources changed

$(STATIC)/index.html: $(WEB_SOURCES) web/node_modules/.ready
	$(NPM_IN_WEB) run build

web/node_modules/.ready: web/package-lock.json
	$(NPM_IN_WEB) ci --no-fund --no-audit
	@touch $@

web-check: setup web/node_modules/.ready  ## Check the dashboard's types against the API's description, and test it
	$(BIN)/python -c 'import sys, msgspec; from crawlsight.server.openapi import openapi_document; sys.stdout.buffer.write(msgspec.json.encode(openapi_document()))' > web/openapi.json
	$(NPM_IN_WEB) run types
	$(NPM_IN_WEB) run check
	$(NPM_IN_WEB) test

bench: setup  ## Measure speed as ratios against a limit in the same run
	$(BIN)/python -m bench

fmt: setup  ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python docs/generate.py

soak: setup  ## The long runs: 100,000 fuzzed requests and repeated kills
	CRAWLSIGHT_SOAK=1 $(BIN)/python -m pytest tests/fuzz tests/e2e/test_crashes.py

clean:  ## Remove what setup and run made
	rm -rf .venv $(DATA) $(STATIC) web/node_modules
