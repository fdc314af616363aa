# make run: the demonstration on this machine.  make test: all that CI checks.  make check: the quick part, for every commit.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check static format bench doors migration clean

run: .venv/run.stamp
	@LMS_MODE=demo $(BIN)/python -m demo

.venv/bin/python:
	@echo "· Tạo môi trường Python (.venv) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cần Python 3.11 trở lên: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Thiếu gói python3-venv: apt-get install python3-venv"; rm -rf .venv; exit 1; }

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "· Cài thư viện (lần đầu mất chừng một phút) …"
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt | sed -un "s/^Collecting \([^ ]*\).*/    \1/p"
	@touch $@

.venv/dev.stamp: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "· Installing what tests and checks need …"
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.txt | sed -un "s/^Collecting \([^ ]*\).*/    \1/p"
	@touch $@ .venv/run.stamp

static: .venv/dev.stamp
	@echo "· Format and lint"; $(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/djlint --lint --quiet lms
	@echo "· Types"; $(BIN)/mypy --no-error-summary

check: static
	@echo "· House rules and quick tests (SQLite)"
	@$(BIN)/pytest -n 2 -m "not browser and not heavy"

test: static
	@bash .ci/prepare
	@echo "· Bundled courses"; LMS_MODE=test $(BIN)/flask courses check courses/
	@echo "· Tests on SQLite"; $(BIN)/pytest -n 2 -m "not browser and not heavy"
	@echo "· Tests on PostgreSQL"; $(BIN)/pytest -n 2 -m "not browser and not heavy" --database postgresql
	@echo "· Browser tests in Chromium"; $(BIN)/pytest -m browser
	@echo "· Load and kill tests with real servers"; $(BIN)/pytest -m heavy
	@echo "· All checks passed."

format: .venv/dev.stamp
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: .venv/dev.stamp
	@bash .ci/prepare
	@$(BIN)/python -m bench

doors: .venv/dev.stamp
	@$(BIN)/pytest tests/house/test_doors.py --write-doors

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
