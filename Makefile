# Two commands: "make run" starts the product, "make test" checks it. "make help" lists the rest.
# Needs python3 (3.11 or newer, with venv) and a package index; uses uv if it is on the PATH.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
UV := $(shell command -v uv 2>/dev/null)
WORKERS ?= 2
# Whoever is done takes work from the other: some tests take a hundred times as long as others.
SPREAD := -n $(WORKERS) --dist worksteal
# The slow ones are taken one by one in their order (tests/order.py): the time may end before they do.
IN_ORDER := -n $(WORKERS) --dist load --maxschedchunk 1
# Databases of tests are made in memory where that is possible: they are many, and thrown away.
MEMORY := $(shell test -w /dev/shm && echo /dev/shm || echo /tmp)
# Each run has a folder of its own, or two at once would clean up under each other (PostgreSQL's account must pass through).
# What is compiled is kept, whatever the machine says: each process took 15 s to compile the tests anew.
OWN_FOLDER = T=$$(mktemp -d $(MEMORY)/koordination-XXXXXX) && chmod 711 $$T && trap 'rm -rf $$T' EXIT && PYTHONDONTWRITEBYTECODE= TMPDIR=$$T
# Options for pytest: make test ARGS="-k search"
ARGS ?=
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

# make itself prints nothing about commands that are interrupted by Ctrl-C or fail after their own message.
MAKEFLAGS += --no-print-directory
.PHONY: help run test test-slow lint format catalogue lock screenshots documents bench clean
.DEFAULT_GOAL := help

help:
	@echo "make run          start on http://127.0.0.1:8000 (HOST, PORT), with the demo on the first start"
	@echo "make test         checks and the fast tests; make test ARGS='-k search' for some of them"
	@echo "make test-slow    the fault, load and full enumeration tests"
	@echo "make lint         the checks alone          make format       put the code into shape"
	@echo "make catalogue    bring the German catalogue up to date with the code, and check it"
	@echo "make lock         requirements*.in -> requirements*.txt (needs uv)"
	@echo "make screenshots  the pictures in the README  make bench        measure speed"
	@echo "make documents    the glossary and the list of works of others, made from the code"
	@echo "make clean        remove what make and the tools made; instance/ stays"

run: $(RUN)
	@exec $(BIN)/python -m coordination

test: lint
	@$(OWN_FOLDER) $(BIN)/python -m pytest -m "not slow" $(SPREAD) $(ARGS)

test-slow: $(DEV)
	@$(OWN_FOLDER) $(BIN)/python -m pytest -m slow $(IN_ORDER) $(ARGS)

lint: $(DEV)
	@echo "ruff"; $(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@echo "mypy --strict"; $(BIN)/mypy --no-error-summary
	@echo "import rules"; said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }
	@echo "templates"; if [ -d templates ]; then $(BIN)/djlint templates --lint --quiet; fi
	@echo "catalogue"; $(BIN)/python -m coordination.translations.check
	@if [ -f static/vendor.py ]; then echo "vendored files"; $(BIN)/python static/vendor.py --check; fi

format: $(DEV)
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

catalogue: $(DEV)
	@$(BIN)/python -m coordination.translations.check --update

lock:
	@uv="$(UV)"; [ -n "$$uv" ] || uv="$(BIN)/uv"; \
	[ -x "$$uv" ] || { echo "make lock needs uv: $(PYTHON) -m pip install uv"; exit 1; }; \
	for set in requirements requirements-dev; do echo "$$set.in -> $$set.txt"; "$$uv" $(LOCK) -o $$set.txt $$set.in || exit 1; done

screenshots: $(DEV)
	@$(BIN)/python -m docs.screenshots $(ARGS)

documents: $(DEV)
	@$(BIN)/python -m coordination.core.glossary; $(BIN)/python -m docs.third_party

bench: $(DEV)
	@$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache node_modules tests/browser-output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installing: one stamp for each lock file, so that a changed lock is noticed.
# A lock whose packages are all there already is done in a second.

define install
	@echo "Installing $(1) into $(VENV) (about half a minute the first time)"
	@if [ -n "$(UV)" ] && "$(UV)" pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2>/dev/null; then :; else \
	  $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1); fi
	@touch $@
endef

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Koordination needs Python 3.11 or newer, but there is no $(PYTHON) on the PATH. Another name: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Koordination needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Another one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt | $(VENV)/bin/python
	$(call install,requirements.txt)

$(DEV): requirements-dev.txt $(RUN)
	$(call install,requirements-dev.txt)
