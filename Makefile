# Everything runs from here, on a machine that has nothing but python3 and make.

SHELL := /bin/bash
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin
GPU := $(shell nvidia-smi -L >/dev/null 2>&1 && echo gpu || echo base)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.PHONY: help install run demo test check quick lock clean dev

help: ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "python3 is not there: install Python 3.11, 3.12 or 3.13"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
		|| { echo "$(PYTHON) is $$($(PYTHON) -V): Python 3.11, 3.12 or 3.13 is needed (make PYTHON=python3.12 ...)"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' \
		|| { echo "$(PYTHON) cannot make environments: install its venv package (Debian: apt install python3-venv)"; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/.installed: $(BIN)/python requirements/build.txt requirements/$(GPU).txt pyproject.toml
	@echo "installing the pinned packages into .venv (a few minutes the first time)"
	@$(PIP) -r requirements/build.txt
	@$(PIP) -r requirements/$(GPU).txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.installed requirements/dev.txt
	@$(PIP) -r requirements/dev.txt
	@touch $@

install: .venv/.installed ## make .venv with everything pinned by hash
dev: .venv/.dev ## the same with the tools for tests and checks

run: install ## open the wizard
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/modelwright; else \
		echo "the wizard needs a terminal; without one: $(BIN)/modelwright --help, or make demo"; exit 2; fi

demo: install ## the whole workflow on a shipped data set, without a terminal
	@$(BIN)/modelwright demo

test: dev ## every test, slow ones too
	@$(BIN)/python -m pytest -n 2 --dist loadfile

quick: dev ## the tests that take less than about ten seconds each
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

check: dev ## format, lint, types, import contracts, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@PYTHONPATH=. $(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

COMPILE := $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --upgrade

lock: ## pin the requirements anew (needs uv in .venv)
	@$(COMPILE) pyproject.toml -o requirements/base.txt
	@$(COMPILE) --extra gpu pyproject.toml -c requirements/base.txt -o requirements/gpu.txt
	@$(COMPILE) --extra dev pyproject.toml -c requirements/base.txt -o requirements/dev.txt
	@$(COMPILE) requirements/build.in -o requirements/build.txt

clean: ## remove .venv and caches, never a project
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache dist build
