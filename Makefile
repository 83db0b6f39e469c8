# Every target sets up what it needs: `make chat` and `make test` work on a fresh clone.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PERSONA ?= tess
MODEL ?= builtin
DATA ?= ../shared/data
MINUTES ?= 80
SEED ?= 7
SOURCES := pyproject.toml

.PHONY: chat test lint bench weights clean

chat: $(VENV)/.runtime
	@$(BIN)/persona chat $(PERSONA) --model $(MODEL)

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

$(VENV)/.runtime: $(SOURCES) setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh runtime
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh dev
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
