# Everything here works in a fresh clone with Python 3.11+ and make alone. A second run does only what has changed.
#
#   make up [PORT=8000] [DATA_DIR=var]   everything on this machine; Ctrl+C stops it
#   make test                            all tests, the browser ones in real Chromium
#   make check                           format, lint, types, imports, migrations, templates
#   make test-services                   the same tests on PostgreSQL, Redis and an S3 server
#   make test-oracles                    our formulas beside those of independent libraries, in an environment of its own
#   make bench [DATA_DIR=var]            the figures we promise, measured

PORT ?= $(or $(EARMARK_PORT),8000)
HOST ?= 127.0.0.1
ifndef DATA_DIR
DATA_DIR := $(or $(EARMARK_DATA_DIR),var)
endif
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
ORACLES := .venv-oracles
PYTHON ?= $(shell for it in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$it -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$it && break; done)
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes

export EARMARK_DATA_DIR := $(DATA_DIR)
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := up
.DELETE_ON_ERROR:
.PHONY: up test check format test-services test-oracles pictures bench clean install install-dev

up: install
	@exec $(BIN)/python manage.py up --host $(HOST) --port $(PORT) $(ARGS)

test: install-dev
	@scripts/test.sh $(ARGS)

test-services: install-dev
	@$(BIN)/python scripts/services.py scripts/test.sh $(ARGS)

check: install-dev
	@scripts/check.sh

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	git ls-files -z -- 'templates/*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2

test-oracles: $(ORACLES)/.installed
	@$(ORACLES)/bin/python -m pytest -q -c oracles/pytest.ini oracles $(ARGS)

pictures: install-dev
	@CHROMIUM=$$(scripts/chromium.sh) $(BIN)/python -m tests.browser.pictures

bench: install-dev
	@$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf $(VENV) $(ORACLES) node_modules static/vendor test-results

# What is installed is noted in files of its own, each as new as the lock file it was installed from.
install: $(VENV)/.installed static/vendor/.copied
install-dev: $(VENV)/.installed-dev $(VENV)/.installed-sdk static/vendor/.copied

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Earmark needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@touch $@

$(VENV)/.installed: requirements.lock | $(VENV)/.made
	@echo "Installing what Earmark needs"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need"
	@$(PIP) -r requirements-dev.lock
	@touch $@

# An older version of a package that the tests have in a newer one too: in a folder of its own, beside what it needs.
$(VENV)/.installed-sdk: requirements-sdk.lock $(VENV)/.installed-dev
	@rm -rf $(VENV)/sdk-0.1.0
	@$(PIP) --no-deps --target $(VENV)/sdk-0.1.0 -r requirements-sdk.lock
	@touch $@

# Libraries that compute the same as we do: large, some under other licences, and no part of the product.
$(ORACLES)/.installed: requirements-oracles.lock
	@echo "Installing what our formulas are compared with"
	@test -x $(ORACLES)/bin/python || $(PYTHON) -m venv $(ORACLES) || { rm -rf $(ORACLES); exit 1; }
	@$(ORACLES)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-oracles.lock
	@touch $@

static/vendor/.copied: package.json package-lock.json scripts/assets.mjs scripts/assets.sh | $(VENV)/.made
	@scripts/assets.sh
	@touch $@
