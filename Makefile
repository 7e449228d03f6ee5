# The product's commands. Hooks, CI and people call these and nothing else.
#   make run    install, build the release if the sources changed, serve on http://127.0.0.1:8050
#   make test   everything: lint, types, import contracts, all tests (Chromium included)
#   make check  the fast part of it
.DEFAULT_GOAL := help
SHELL := /bin/bash
HOST ?= 127.0.0.1
PORT ?= 8050
WORKERS ?= 2
PYTHON ?= python3
VENV := .venv

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
SERVE = $(BIN)/waitress-serve --listen=$(HOST):$(PORT) app:server
RUN = ($(PY) -m etl.fresh || $(PY) -m etl build --if-changed) && $(SERVE)
else
BIN := $(VENV)/bin
# Large frames go back to the system when they are done with (glibc keeps them otherwise); workers share what was loaded.
GIVE_BACK = MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
SERVER = --bind $(HOST):$(PORT) --workers $(WORKERS) --timeout 60 --preload --no-control-socket app:server
SERVE = $(GIVE_BACK) $(BIN)/gunicorn $(SERVER)
RUN = $(GIVE_BACK) $(PY) -m service.start $(SERVER)
endif
PY := $(BIN)/python
# pip is the fallback when uv is not on this computer; both check every hash in the lock.
# WHEELS: a folder that `make wheelhouse` filled; nothing is then asked of any other computer.
WHEELS ?=
FROM = $(if $(WHEELS),--no-index --find-links $(WHEELS))
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(PY) $(FROM) --require-hashes -r $(1); \
	else $(PY) -m pip install --quiet --disable-pip-version-check $(FROM) --require-hashes -r $(1); fi

.PHONY: help run demo test check data reconcile lint types contracts tests browser-tests torture audit bench screenshot docs wheelhouse sbom lock clean chromium postgres libreoffice java cluster programs checked without-browser

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Making $(VENV) failed: on Debian or Ubuntu, install python3-venv first (apt-get install python3-venv)"; exit 1; }
	@touch $@

$(VENV)/.installed: requirements.txt | $(VENV)/.made
	@echo "Installing what the product needs (first time: a few minutes) ..."
	@$(call INSTALL,requirements.txt)
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what the checks need ..."
	@$(call INSTALL,requirements-dev.txt)
	@touch $@

$(VENV)/.installed-torture: requirements-torture.txt $(VENV)/.installed-dev
	@echo "Installing what load, fuzzing and audits need ..."
	@$(call INSTALL,requirements-torture.txt)
	@touch $@

# The smaller build of Plotly, where npm is on this computer; without it pages load the full one.
$(VENV)/.charts: callbacks/plotly_bundle.py $(VENV)/.installed
	@$(PY) -m callbacks.plotly_bundle
	@touch $@

run: $(VENV)/.installed $(VENV)/.charts ## install, build the release when sources changed, serve
	@echo "Open http://$(HOST):$(PORT) once it listens (Ctrl+C stops)"
	@$(RUN)

data: $(VENV)/.installed ## build the release from data/ and indices/definitions/
	@$(PY) -m etl build

demo: $(VENV)/.installed $(VENV)/.charts ## make a simulated pack in build/demo and serve it; nothing in it is real
	@$(PY) -m etl demo --out build/demo
	@echo "Open http://$(HOST):$(PORT)  (Ctrl+C stops); every page says that the figures are simulated"
	@CCHC_DATA_DIR=build/demo/data CCHC_DEFINITIONS_DIR=build/demo/definitions CCHC_RELEASES_DIR=build/demo/releases \
		CCHC_IMPORTS_DIR=build/demo/imports $(SERVE)

reconcile: data ## published against recomputed, index by index
	@$(PY) -m etl reconcile

lint: $(VENV)/.installed-dev ## style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.installed-dev ## types of indices/, etl/, people/, workspace/, configuration/ and service/
	@$(BIN)/mypy

contracts: $(VENV)/.installed-dev ## who may import whom
	@PYTHONPATH=. $(BIN)/lint-imports --no-cache

tests: $(VENV)/.installed-dev
	@$(PY) -m pytest -m "not browser and not slow" -n 2 --dist worksteal

check: lint types contracts tests ## the fast part of make test

chromium:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Chromium for the browser tests ..."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "The browser tests need Chromium: install it (Debian, Ubuntu: sudo apt-get install chromium) and run make test again."; exit 1; fi

postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing PostgreSQL for the tests of the workspace ..."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; \
	else echo "Without PostgreSQL its tests are skipped: install it (Debian, Ubuntu: sudo apt-get install postgresql)."; fi

libreoffice:
	@command -v soffice >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing LibreOffice, which recomputes and draws the documents in the tests ..."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			libreoffice-calc libreoffice-writer libreoffice-impress >/dev/null; \
	else echo "Without LibreOffice its tests are skipped: install it (Debian, Ubuntu: sudo apt-get install libreoffice)."; fi

java:
	@command -v java >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Java, which Spark needs ..."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq default-jre-headless >/dev/null; \
	else echo "Spark needs Java 17 or later: install it (Debian, Ubuntu: sudo apt-get install default-jre-headless)."; fi

$(VENV)/.installed-cluster: requirements-cluster.txt $(VENV)/.installed
	@echo "Installing Spark ..."
	@$(call INSTALL,requirements-cluster.txt)
	@touch $@

cluster: java $(VENV)/.installed-cluster ## install what a Spark cluster needs (docs/scaling.md)

TEST_RELEASES = build/test/releases

# One after the other in itself, beside the other in make test: Debian's packages are not Python's.
programs:
	@for each in chromium postgres libreoffice java; do $(MAKE) --no-print-directory $$each || exit 1; done

checked:
	@for each in dev cluster; do $(MAKE) --no-print-directory $(VENV)/.installed-$$each || exit 1; done
	@for each in $(VENV)/.charts lint contracts; do $(MAKE) --no-print-directory $$each || exit 1; done
	@$(MAKE) --no-print-directory $(TEST_RELEASES)

# The shipped pack as it is here, built once for all tests.
.PHONY: $(TEST_RELEASES)
$(TEST_RELEASES):
	@rm -rf build/test
	@PYTHONDONTWRITEBYTECODE= $(PY) -m etl build --releases $@ --imports $@/imports

# Programs that tests start find the product compiled; three workers keep two cores busy, since each waits for such programs.
TESTED = CCHC_TEST_RELEASES=$(CURDIR)/$(TEST_RELEASES) PYTHONDONTWRITEBYTECODE= $(PY) -m pytest --dist worksteal

# Types are checked beside them: alone that takes one core for more than a minute.
without-browser:
	@$(TESTED) --ignore=tests/browser -n 3

test: ## everything: lint, types, import contracts, all tests
	@$(MAKE) --no-print-directory -j2 programs checked
	@$(MAKE) --no-print-directory -j2 types without-browser
	@$(TESTED) tests/browser -n 2

torture: chromium $(VENV)/.installed-torture $(VENV)/.charts ## faults, load, bad input and all briefings against their limits (each part tells how long it took); writes docs/reliability.md
	@$(PY) -m bench.torture

# Each part says what it could not look at: a package that the advisories do not know fails the target (--strict).
audit: $(VENV)/.installed-torture ## look for known faults: bandit over the product, pip-audit over the locks (docs/dependencies.md)
	@$(BIN)/bandit -q -c pyproject.toml -ll -ii -r app.py callbacks configuration etl exports indices layouts people service workspace
	@echo "bandit: nothing of medium weight and certainty"
	@for name in requirements requirements-cluster; do \
		$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r $$name.txt || { \
		echo "NOT AUDITED, or something was found: $$name.txt. Where the message above says that packages were not found or the"; \
		echo "service was not reached, this computer has no way to the advisories; run make audit where it has one (docs/dependencies.md)."; exit 1; }; done

browser-tests: chromium $(VENV)/.installed-dev $(VENV)/.charts ## only the tests that drive a browser, at length; keeps a picture of each page in build/screenshots
	@CCHC_PICTURES=true CCHC_FUZZ=all $(PY) -m pytest -m browser

bench: chromium $(VENV)/.installed-dev $(VENV)/.charts ## measure build, pages, engine and imports against their limits
	@$(PY) -m bench

screenshot: chromium $(VENV)/.installed-dev data ## draw docs/overview.png, the README's picture
	@$(PY) -m tests.browser.screenshot

docs: $(VENV)/.installed-dev data ## write the generated parts of README.md and docs/
	@$(PY) -m tests.architecture.generated --write

wheelhouse: $(VENV)/.installed ## fetch every pinned package with its hash into build/wheelhouse, for computers without network
	@$(PY) -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary=:all: \
		--dest build/wheelhouse --requirement requirements.txt
	@cp requirements.txt build/wheelhouse/
	@echo "$$(ls build/wheelhouse/*.whl | wc -l) packages in build/wheelhouse; there: make run WHEELS=build/wheelhouse"

sbom: $(VENV)/.installed-torture ## list what the product is made of in build/sbom.json (CycloneDX)
	@mkdir -p build
	@$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file build/sbom.json
	@echo "build/sbom.json"

lock: ## compile requirements*.in into requirements*.txt (needs uv)
	@for name in requirements requirements-dev requirements-cluster requirements-torture; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			--annotation-style line $$name.in -o $$name.txt || exit 1; done

clean: ## remove what was built (not your data): .venv, releases, caches
	@rm -rf $(VENV) data/releases build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
