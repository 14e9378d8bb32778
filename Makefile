# Eigenlabel's commands. Each target installs the part of the tool chain that it needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8400
STACK_PORT ?= 8401
SLOW_UNTIL := $(shell echo $$(($$(date +%s) + 20 * 60))) # a slow machine leaves out the slowest tests and says so; CI none
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt
FRONTEND_SOURCES := $(shell find frontend/src frontend/static -type f 2>/dev/null) frontend/package.json \
	frontend/package-lock.json frontend/svelte.config.js frontend/vite.config.ts

.PHONY: setup run stack test test-fast coverage test-containers check check-python check-frontend format clean browser pictures dist docs

setup: $(VENV)/.test app/static/index.html browser ## everything: packages, browser, built frontend

run: $(VENV)/.run app/static/index.html ## the service with its demo project on http://127.0.0.1:8400
	@exec $(BIN)/eigenlabel serve --demo --port $(PORT)

stack: $(VENV)/.test app/static/index.html ## the production topology without containers: PostgreSQL, Redis, S3, two api processes
	@exec $(BIN)/python -m tests.stack --port $(STACK_PORT)

test: check ## every check and every test, end-to-end ones included
	$(MAKE) --no-print-directory browser app/static/index.html
	scripts/install_proxies.sh
	$(BIN)/pytest -n 2 --dist loadgroup --slow-until $(SLOW_UNTIL)

test-containers: $(VENV)/.test frontend/node_modules/.installed ## the images and the compose file, where there is an engine
	@export PATH="$$PWD/scripts/node:$$PATH"; $(BIN)/python -m tests.containers

test-fast: $(VENV)/.test ## the tests that need neither a browser nor minutes
	$(BIN)/pytest -n 2 --dist loadgroup -m "not slow and not alone and not e2e"

coverage: $(VENV)/.test ## lines and branches of app, ml and worker that the tests of `test-fast` reach
	$(BIN)/pytest -n 2 --dist loadgroup -m "not slow and not alone and not e2e" --cov --cov-report term:skip-covered

check: $(VENV)/.test frontend/node_modules/.installed ## linters, types, import rules, schema and type drift
	$(MAKE) --no-print-directory --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) check-python check-frontend

check-python: $(VENV)/.test ## the half of `check` that reads Python, and the files of the deployment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/deptry tests benchmarks scripts docs --exclude '^$$' --ignore DEP002,DEP004
	$(BIN)/python scripts/check_file_length.py
	$(BIN)/python scripts/check_migrations.py
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.renovate renovate.json
	$(BIN)/python -m scripts.site

check-frontend: $(VENV)/.test frontend/node_modules/.installed ## the half of `check` that reads the front end
	export PATH="$$PWD/scripts/node:$$PATH"; cd frontend && npm run --silent types:check && npm run --silent lint \
		&& npm run --silent check && npm run --silent test

format: $(VENV)/.test frontend/node_modules/.installed ## rewrite the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	export PATH="$$PWD/scripts/node:$$PATH"; cd frontend && npm run --silent format

docs: $(VENV)/.test ## the documentation site, in build/site
	$(BIN)/python -m scripts.site

dist: $(VENV)/.test app/static/index.html ## the source archive and the wheel of a release, checked
	@$(PIP) build twine
	rm -rf build/lib dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

browser: $(VENV)/.test ## Chromium for the end-to-end tests, where it is missing
	scripts/install_chromium.sh

pictures: $(VENV)/.test app/static/index.html browser ## the pictures of README and documentation, from the demo
	$(BIN)/python -m scripts.pictures

clean: ## everything that a target made, except the data directory
	rm -rf $(VENV) app/static frontend/node_modules frontend/.svelte-kit build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv $(VENV)

# torch goes first: resolved together with the rest, an unpinned torch of a dependency could replace it
$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing Python packages (once, about a minute)"
	@$(PIP) torch torchvision
	@$(PIP) --editable '.[worker,demo]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing the packages that tests and checks need"
	@$(PIP) --editable '.[worker,demo,dev,docs,plots,postgresql]'
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json $(VENV)/.run
	@echo "Installing front-end packages"
	@scripts/ensure_node.sh
	@export PATH="$$PWD/scripts/node:$$PATH"; cd frontend && npm ci --silent --no-fund --no-audit
	@touch $@

app/static/index.html: $(FRONTEND_SOURCES) | frontend/node_modules/.installed
	@echo "Building the front end"
	@export PATH="$$PWD/scripts/node:$$PATH"; cd frontend && npm run --silent build -- --logLevel error
	@touch $@
