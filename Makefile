# `make` lists what there is. Everything is installed into .venv; nothing else is changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?= tests
SECONDS ?= 300
KILLS ?= 1000
EXAMPLES ?= 150
# The newest Python that ruff, mypy and pyright know.
NEWEST ?= 3.15
# More tests at a time than there are cores: half of what a test takes is waiting.
WORKERS ?= $(shell expr 2 '*' "$$(getconf _NPROCESSORS_ONLN || echo 2)")

# Tests try every extra of setup.cfg, which an sdist has with other blanks.
EXTRAS := $(shell sed -n '/^.options.extras_require/,/^$$/s/^\([a-z_]*\) = *$$/\1/p' setup.cfg | paste -s -d , -)

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check lint types newest models check-models man bench load soak fuzz docs screenshots sandbox site prism zipapp clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## a caller's whole journey against the sandbox, step by step
	@$(BIN)/python examples/journey.py

test: $(VENV)/.dev ## run every test
	$(BIN)/python -m pytest -q -n $(WORKERS) $(TESTS)

test-all: $(VENV)/.dev ## the tests on every Python found, and with the lowest versions allowed
	WORKERS=$(WORKERS) .ci/pythons

check: lint types check-models ## lint, types, and whether the models fit the spec

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/mypy examples/celery_reports
	cd examples/callback_site && SITE_DEBUG=1 $(CURDIR)/$(BIN)/mypy
	cd examples/callback_site && $(CURDIR)/$(BIN)/pyright

newest: $(VENV)/.dev ## check against a Python that is newer than any here: syntax, types, deprecations
	$(BIN)/ruff check --quiet --target-version py$(subst .,,$(NEWEST)) --select E9,F,W605,YTT
	$(BIN)/mypy --python-version $(NEWEST) --enable-error-code deprecated
	$(BIN)/pyright --pythonversion $(NEWEST)

models: $(VENV)/.dev ## generate the models anew from openapi/virtualq.yaml, and what follows
	$(BIN)/python openapi/generate.py
	$(BIN)/python docs/_site/man.py virtualq/cli/virtualq.1

check-models: $(VENV)/.dev ## compare the models with the spec, write nothing
	$(BIN)/python openapi/generate.py --check
	$(BIN)/python docs/_site/man.py --check virtualq/cli/virtualq.1

man: $(VENV)/.dev ## write the manual page anew
	$(BIN)/python docs/_site/man.py virtualq/cli/virtualq.1

bench: $(VENV)/.bench ## measure start-up, a warm call and a long list against others
	$(BIN)/python -m benchmarks

load: $(VENV)/.dev ## what the gateway takes: a hundred calls at once, KILLS=1000
	$(BIN)/python -m tests.gateway $(KILLS)

soak: $(VENV)/.dev ## threads, forks, signals, closes and kills at random; SECONDS=300
	$(BIN)/python -m tests.soak $(SECONDS)

docs: $(VENV)/.dev ## build the documentation site in build/docs
	@$(BIN)/python docs/_site/gather.py build/pages
	@$(BIN)/python -m sphinx -q -W --keep-going -c docs/_site build/pages build/docs
	@echo "build/docs/index.html"

screenshots: docs ## pictures of the sandbox's page and of the site, with Chromium; README.md shows one
	@$(BIN)/python docs/_site/screenshots.py

sandbox: $(VENV)/.demo ## a stand-in for the service on this machine
	@$(BIN)/virtualq sandbox

site: $(VENV)/.site ## a site of visitors and staff on this machine, with people who call
	@cd examples/callback_site && exec $(CURDIR)/$(BIN)/python start.py $(PORT)

fuzz: $(VENV)/.demo ## requests by the thousand at the sandbox: none may violate the spec; EXAMPLES=150
	.ci/fuzz $(BIN)/python $(EXAMPLES)

prism: $(VENV)/.dev ## install the mock server that tests/openapi_prism uses
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --no-fund --no-audit --prefix tests/openapi_prism

zipapp: $(VENV)/.dev ## one file, dist/virtualq.pyz, that runs on a bare Python
	.ci/zipapp $(BIN)/python dist/virtualq.pyz
	ZIPAPP=dist/virtualq.pyz $(BIN)/python -m pytest -q tests/test_zipapp.py

clean: ## remove what the commands above have made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.demo: setup.cfg | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --editable '.[sandbox]'
	@touch $@

$(VENV)/.site: setup.cfg | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --editable '.[sandbox,django]'
	@touch $@

$(VENV)/.dev: setup.cfg pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --editable '.[$(EXTRAS)]' --group dev
	@touch $@ $(VENV)/.demo $(VENV)/.site

$(VENV)/.bench: setup.cfg pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --editable '.[sandbox]' --group bench
	@touch $@
