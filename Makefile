# `make serve` and `make test` are all a newcomer needs; everything they make lies in .venv/ and data/.

PYTHON ?= python3.11
BIN := .venv/bin
# What is imported is compiled then; all of the packages would take half a minute.
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-compile -c constraints.txt
CODE := index rag prompts eval tests
TIERS ?= fast model

.PHONY: serve ask sample test test-browser test-heavy test-all coverage check format bench eval clean

serve: .venv/run ## make everything and serve on 127.0.0.1:8000
	@$(MAKE) --no-print-directory sample-if-empty
	@exec $(BIN)/hoidap serve

# The question reaches the shell as a variable, never as text of the command.
ask: export QUESTION := $(value q)
ask: .venv/run ## print one answer: make ask q="..."
	@test -n "$$QUESTION" || { echo 'Ask like this: make ask q="Quỹ Musashino trao bao nhiêu suất học bổng?"' >&2; exit 2; }
	@$(MAKE) --no-print-directory sample-if-empty
	@$(BIN)/hoidap ask -- "$$QUESTION"

sample: .venv/run ## index the sample articles
	$(BIN)/hoidap ingest index/sample

.PHONY: sample-if-empty
sample-if-empty:
	@$(BIN)/hoidap articles --limit 1 --json | grep -q '"id"' || { \
		echo "The index is empty: taking in the sample articles" >&2; \
		$(BIN)/hoidap ingest index/sample >/dev/null; }

# A tier is a folder; its files go to two workers, which load the embedding model once each. Those that take long come
# first, so that none is left to one worker at the end.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test: .venv/dev ## the fast tests, and those that need the embedding model
	$(PYTEST) tests/fast tests/model

test-browser: .venv/dev ## the web page in Chromium, which must be installed
	$(PYTEST) tests/browser

test-heavy: .venv/heavy ## language models, processes killed at any moment, long runs
	$(PYTEST) tests/heavy

test-all: .venv/heavy ## every tier, once
	$(PYTEST) tests/heavy tests/browser tests/fast tests/model

coverage: .venv/heavy ## lines and branches that tests run: make coverage [TIERS="fast model browser heavy"]
	$(PYTEST) --cov --cov-report=term:skip-covered $(TIERS:%=tests/%)

check: .venv/dev ## lint, format, types, and the order of packages
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/dev ## format the code
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: .venv/run ## indexing speed against plain sentence-transformers
	$(BIN)/python -m eval.studies.speed_indexing

eval: .venv/run ## ask the project's own questions of the sample articles, and measure the answers
	$(BIN)/hoidap eval run own

.venv/made:
	@echo "Making the virtual environment in .venv" >&2
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv .venv || python3 -m venv .venv
	@touch $@

# Each holds all that those before it hold.
.venv/run: extras := eval,forms,llm,mcp,slack
.venv/dev: extras := dev
.venv/dev: held := .venv/run
.venv/heavy: extras := dev,heavy
.venv/heavy: held := .venv/run .venv/dev
.venv/run .venv/dev .venv/heavy: .venv/made pyproject.toml constraints.txt
	@echo "Installing the packages (some minutes the first time)" >&2
	@$(PIP) -e '.[$(extras)]'
	@touch $(held) $@

clean: ## remove what was built; the data folder stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* *.egg-info
