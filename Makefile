# Everything runs from here, on a machine that has nothing but python3, bash and make.

SHELL := /bin/bash
BIN := .venv/bin
JOBS ?= 2
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help install dev run demo test quick check lock clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/' | expand -t 16

install: ## make .venv with everything pinned by hash
	@requirements/install

dev: ## the same with the tools for tests and checks
	@requirements/install dev

run: install ## open the wizard
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/modelwright; else \
		echo "the wizard needs a terminal; without one: $(BIN)/modelwright --help, or make demo" >&2; exit 2; fi

demo: install ## the whole workflow on a shipped dataset, without a terminal
	@$(BIN)/modelwright demo

test: dev ## every test, slow ones too
	@$(PYTEST)

quick: dev ## the tests that take less than about ten seconds each
	@$(PYTEST) -m "not slow"

check: dev ## format, lint, types, import contracts, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/python -m mypy
	@PYTHONPATH=. $(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

COMPILE := $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links \
	-c requirements/constraints.in $(UPGRADE)

lock: dev ## pin the requirements again (UPGRADE=--upgrade: to the newest versions)
	@$(COMPILE) pyproject.toml -o requirements/base.txt
	@$(COMPILE) --extra gpu pyproject.toml -c requirements/base.txt -o requirements/gpu.txt
	@$(COMPILE) --extra dev pyproject.toml -c requirements/base.txt -o requirements/dev.txt
	@$(COMPILE) requirements/build.in -o requirements/build.txt

clean: ## remove .venv and caches, never a project
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist build
