# Everything a developer or a machine does here. `make run` needs Python 3.11+ and make, nothing else.
SHELL := /bin/sh
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
VENV := .venv
PY := $(VENV)/bin/python
# An environment whose Python has gone is no environment; its stamps must not outlive it.
_ := $(shell [ -x $(PY) ] || rm -rf $(VENV))
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-input
# Stamps carry the checksum of what they stand for: a changed requirements file installs again, nothing else does.
RUNTIME := $(VENV)/installed-$(shell cksum < requirements.txt | cut -d' ' -f1)
DEVELOPMENT := $(VENV)/installed-dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
# The OpenID Connect provider that the tests log in to, with the Node of a Python package.
PROVIDER := tests/oidc/node_modules/installed-$(shell cksum < tests/oidc/package-lock.json | cut -d' ' -f1)
WITH_SERVERS := $(PY) -m desk.embedded exec --temp --
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test test-long check fix seed bench screens clean

help:            ## this list
	@sed -n 's/^\([a-z-]*:\).*## /  make \1 /p' Makefile

setup: $(DEVELOPMENT) $(PROVIDER)  ## make .venv, install everything, compile the translations
	@$(PY) -m desk.translations

run: $(RUNTIME)  ## start the site with all it needs; PORT=8000 is the port
	@$(PY) -m desk.supervisor

test: tools setup  ## all tests but the long ones
	NABIJ_ENV=test $(WITH_SERVERS) $(PY) -m pytest -n 2 -m "not long"

test-long: tools setup  ## all tests
	NABIJ_ENV=test $(WITH_SERVERS) $(PY) -m pytest -n 2 -m ""

check: tools setup  ## linters, types, layers, templates, migrations, translations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(VENV)/bin/lint-imports
	$(PY) -m djlint --quiet --lint templates
	$(PY) manage.py check
	$(WITH_SERVERS) $(PY) manage.py makemigrations --check --dry-run
	$(PY) -m desk.translations --check

fix: setup       ## repair what can be repaired by machine
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

seed: $(RUNTIME) ## load the demo into the database
	$(PY) manage.py seed_demo

bench: setup     ## measure the pages at 1,000 and 100,000 cases; its own database stays in var/bench
	NABIJ_VAR=var/bench $(PY) -m desk.embedded exec -- $(PY) -m bench

screens: tools setup  ## screenshots of every page, wide and narrow, in var/screens
	$(PY) -m tests.screens

clean:           ## remove everything made here, the embedded database too
	rm -rf $(VENV) var tests/oidc/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f locale/*/LC_MESSAGES/*.mo

.PHONY: tools
tools:
	@.ci/ensure-tools

$(PY):
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed and was not found." >&2; exit 1; fi
	@echo "Making a virtual environment ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python cannot make a virtual environment here; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): requirements.txt | $(PY)
	@echo "Installing packages ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements.txt requirements-dev.txt | $(PY)
	@echo "Installing packages for development ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(RUNTIME)

$(PROVIDER): tests/oidc/package-lock.json | $(DEVELOPMENT)
	@$(PY) -m tests.oidc.install
	@touch $@
