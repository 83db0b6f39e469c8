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
CHARACTER ?= build/character
GATE_SEED ?= 13
SOURCES := pyproject.toml

.PHONY: chat loop test lint bench weights character clean

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

bench: $(VENV)/.bench
	DATA=$(DATA) $(BIN)/python -m benchmarks

# Trains the guard's discriminators anew and replaces guards/weights: about four hours on two cores.
weights: $(VENV)/.train
	$(BIN)/python -m guards.training.train --data $(DATA) --out $(RUN) --minutes $(MINUTES) --seed $(SEED) --resume
	$(BIN)/python -m guards.training.relevance_head --weights guards/weights
	$(BIN)/persona guards export $(RUN) --out guards/weights --data $(DATA)
	$(BIN)/persona guards eval --data $(DATA) --json guards/weights/figures.json
	$(BIN)/persona guards card guards/weights

# Trains the adapter of the embedded character anew, holds its comparisons and writes its card: two to
# two and a half hours on two cores. The shipped one stays: copy the new one yourself.
character: $(VENV)/.train
	$(BIN)/python -m recipes.character rows $(CHARACTER)/rows --data $(DATA)
	$(BIN)/persona train sft $(CHARACTER)/rows/train.jsonl --base builtin:base --out $(CHARACTER)/sft --rate 8e-4 --batch 1 --accumulation 4 --epochs 2 --log-steps 5 --max-minutes 50 --resume
	$(BIN)/persona adapters convert $(CHARACTER)/sft --out $(CHARACTER)/sft.gguf
	$(BIN)/python -m recipes.character drafts $(CHARACTER)/drafts.jsonl --model builtin+adapter:$(CHARACTER)/sft.gguf --data $(DATA)
	$(BIN)/persona pairs build --from-candidates $(CHARACTER)/drafts.jsonl --take all --out $(CHARACTER)/pairs.jsonl
	$(BIN)/persona train dpo $(CHARACTER)/pairs.jsonl --base builtin:base --start $(CHARACTER)/sft --out $(CHARACTER)/dpo --loss sigmoid_norm --beta 5 --rate 1e-4 --epochs 3 --batch 1 --accumulation 4 --log-steps 2 --max-minutes 14 --resume
	$(BIN)/persona adapters convert $(CHARACTER)/dpo --out $(CHARACTER)/dpo.gguf
	$(BIN)/python -m recipes.character further builtin+adapter:$(CHARACTER)/sft.gguf builtin+adapter:$(CHARACTER)/dpo.gguf --data $(DATA)
	if $(BIN)/persona gate --before builtin+adapter:$(CHARACTER)/sft.gguf --after builtin+adapter:$(CHARACTER)/dpo.gguf --seed $(GATE_SEED) --out $(CHARACTER)/gates/dpo; \
	then cp $(CHARACTER)/dpo.gguf $(CHARACTER)/character.gguf; else test -f $(CHARACTER)/gates/dpo/gate.json && cp $(CHARACTER)/sft.gguf $(CHARACTER)/character.gguf; fi
	-$(BIN)/persona gate --before builtin:base --after builtin+adapter:$(CHARACTER)/character.gguf --seed $(GATE_SEED) --out $(CHARACTER)/gates/base
	$(BIN)/python -m recipes.character overlap --after builtin+adapter:$(CHARACTER)/character.gguf --seed $(GATE_SEED) --out $(CHARACTER)/gates/overlap
	$(BIN)/python -m recipes.character card $(CHARACTER) --gates $(CHARACTER)/gates --trainings $(CHARACTER)

$(VENV)/.runtime: $(SOURCES) setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh runtime
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh dev
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh bench
	@touch $@

$(VENV)/.train: $(VENV)/.runtime
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh setup.sh train
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
