# Every target sets up what it needs: `make chat` and `make test` work on a fresh clone.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PERSONA ?= tess
MODEL ?= builtin
DATA ?= ../shared/data
MINUTES ?= 200
SEED ?= 17
RUN ?= build/discriminators
SOURCES := pyproject.toml

.PHONY: chat loop test lint bench weights clean

chat: $(VENV)/.runtime
	@$(BIN)/persona chat $(PERSONA) --model $(MODEL)

# Makes the character better and proves it, in a reduced form: a quarter of an hour on two cores.
loop: $(VENV)/.train
	@$(BIN)/persona loop $(PERSONA) --model $(MODEL) --small

test: $(VENV)/.dev
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	DATA=$(DATA) $(BIN)/python -m benchmarks

# Trains the guard's discriminators anew and replaces guards/weights: about four hours on two cores.
weights: $(VENV)/.train
	$(BIN)/python -m guards.training.train --data $(DATA) --out $(RUN) --minutes $(MINUTES) --seed $(SEED)
	$(BIN)/python -m guards.training.relevance_head --weights guards/weights
	$(BIN)/persona guards export $(RUN) --out guards/weights --data $(DATA)
	$(BIN)/persona guards eval --data $(DATA) --json guards/weights/figures.json
	$(BIN)/persona guards card guards/weights

$(VENV)/.runtime: $(SOURCES) setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh runtime
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh dev
	@touch $@

$(VENV)/.train: $(VENV)/.runtime
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh train
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
