# `make` alone lists what there is. Needs only make and Python 3.11 or newer; everything else goes into .venv.
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help book pdf test serve lab notebooks experiments portability bench lint clean

BIN  := .venv/bin
SITE := _build/html/index.html
LOG  := _build/install.log
PORT ?= 8000

export OPENBLAS_NUM_THREADS := 1
unexport MPLBACKEND PYTHONPATH PYTHONHOME

# What the site is made of; folders too, so that a deleted page counts as a change (_ext is one that Python writes to).
SOURCES := $(wildcard _config.yml _toc.yml references.bib intro.md nnlib/*.py nnlib/*/*.py _ext/*.*) \
           $(shell find chapters _static _templates ! -name '* *' ! -path '*/.*' ! -path '*/__pycache__*' 2>/dev/null)

help:  ## list the targets (what plain `make` does)
	@sed -n 's/^\([a-z]*\):.*  ## /\1|/p' Makefile | while IFS='|' read -r t d; do printf 'make %-12s %s\n' "$$t" "$$d"; done

# The virtual environment. The stamp is written last, so a half-made .venv is never taken for a finished one.
.venv/stamp: requirements.txt constraints.txt pyproject.toml
	@rm -f $@; mkdir -p _build; \
	fail() { echo "$$*" >&2; exit 1; }; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  set -- python3.13 python3.12 python3.11 python3 python; [ -z "$$PYTHON" ] || set -- "$$PYTHON"; \
	  chosen=; old=; bare=; \
	  for p; do \
	    v=$$("$$p" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue; \
	    "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { old="$${old:+$$old, }$$p is $$v"; continue; }; \
	    "$$p" -c 'import venv, ensurepip' 2>/dev/null || { bare=$$p; continue; }; \
	    chosen=$$p; break; \
	  done; \
	  [ -n "$$chosen$$bare" ] || \
	    fail "Python 3.11 or newer is needed ($${old:-none of these runs: $$*}): install it, or name it: make PYTHON=/path/to/python3"; \
	  [ -n "$$chosen" ] || \
	    fail "$$bare lacks the module venv: install it (on Debian and Ubuntu: apt install python3-venv), then run make again."; \
	  echo "Making .venv with $$chosen ($$v)"; \
	  "$$chosen" -m venv --clear .venv >$(LOG) 2>&1 || fail "$$chosen could not make .venv: it says why in $(LOG)."; \
	fi; \
	echo "Installing the pinned packages into .venv (a minute or two, about 500 MB)"; \
	$(BIN)/python -m pip install --no-input --disable-pip-version-check -r requirements.txt >$(LOG) 2>&1 || \
	  fail "The packages could not be installed, most likely because the network is away: pip says why in $(LOG)."; \
	touch $@

$(SITE): .venv/stamp $(SOURCES)
	@echo "Building the site from the stored outputs of the chapters; warnings are errors"
	@rm -rf _build/html; $(BIN)/jupyter-book build . -W --keep-going -n --all -q >/dev/null || \
	  { rm -f $@; echo "The site was not built: the lines above say why." >&2; exit 1; }
	@touch $@

book: $(SITE)  ## build the site and print its address
	@echo "The site is up to date. Open $$($(BIN)/python -c 'import pathlib; print(pathlib.Path("$(SITE)").resolve().as_uri())')"

pdf: $(SITE)  ## print the book to a PDF, which the site then offers (needs Chromium)
	@echo "Printing the book (a minute or two)"
	@$(BIN)/python _ext/downloads.py _build/html/training-neural-networks-tested.pdf
	@ls _build/html/*.pdf

test: $(SITE)  ## run all tests: library, docstrings, notebooks, the site in a browser
	@echo "Running all tests"
	@NNLIB_SITE=_build/html $(BIN)/python -m pytest -n 2 --dist loadfile

serve: $(SITE)  ## show the site on localhost (PORT=8000)
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", int("$(PORT)")))' 2>/dev/null || \
	  { echo "Port $(PORT) is not free: choose another one, as in make serve PORT=8001" >&2; exit 1; }
	@echo "The site is at http://127.0.0.1:$(PORT)/ (Ctrl-C ends)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT) >/dev/null

lab: .venv/stamp  ## open the chapters in JupyterLab
	@echo "Starting JupyterLab on the chapters (Ctrl-C ends)"
	@$(BIN)/jupyter trust chapters/*.ipynb >/dev/null  # JupyterLab shows no stored SVG of a notebook that it does not trust
	@$(BIN)/python -m jupyterlab --ServerApp.root_dir="$$PWD" --LabApp.default_url=/lab/tree/chapters \
	  --LabApp.app_settings_dir="$$PWD/.jupyterlab" $$([ "$$(id -u)" != 0 ] || echo --allow-root)

notebooks: .venv/stamp  ## run every chapter again and store its outputs (ONLY=06_l2 for one)
	@echo "Running the chapters and storing their outputs"
	@$(BIN)/python -m nbconvert --to notebook --execute --inplace --log-level WARN \
	  --ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.record_timing=False --ExecutePreprocessor.extra_arguments=--log-level=ERROR \
	  --Exporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor \
	  --ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.clear_cell_metadata=False \
	  --ClearMetadataPreprocessor.preserve_nb_metadata_mask='{"kernelspec", "mystnb", ("language_info", "name")}' \
	  chapters/$(or $(ONLY),*).ipynb

experiments: .venv/stamp  ## run the long experiments one after the other (an hour)
	@for f in experiments/*.py; do echo "Running $$f"; $(BIN)/python "$$f" || exit 1; done

portability: .venv/stamp  ## run the chapters as two other x86-64 processors would
	@case "$$(uname -m)" in x86_64|amd64) ;; *) echo "make portability needs an x86-64 processor." >&2; exit 1;; esac
	@for core in Haswell Nehalem; do echo "Checking the chapters with the BLAS kernels of $$core (x86-64 only)"; \
	  OPENBLAS_CORETYPE=$$core $(BIN)/python -m pytest -n 2 --dist loadfile chapters || exit 1; done

# The benchmarks' own environment, with the libraries that nnlib is compared with; one that cannot be had is left out.
.venv-bench/stamp: .venv/stamp benchmarks/requirements.txt
	@rm -f $@; echo "Installing the libraries to compare with into .venv-bench (a few minutes)"; \
	pip="pip install --no-input --disable-pip-version-check -c benchmarks/requirements.txt"; \
	{ $(BIN)/python -m venv --clear .venv-bench && .venv-bench/bin/python -m $$pip -e .; } >$(LOG) 2>&1 || \
	  { echo "nnlib could not be installed into .venv-bench: $(LOG) says why." >&2; exit 1; }; \
	for pin in $$(sed 's/#.*//' benchmarks/requirements.txt); do \
	  .venv-bench/bin/python -m $$pip $$pin >>$(LOG) 2>&1 || echo "$$pin could not be installed: $(LOG) says why."; \
	done; \
	touch $@

bench: .venv-bench/stamp  ## measure speed and accuracy beside other libraries (about six minutes)
	@.venv-bench/bin/python -m benchmarks

lint: .venv/stamp  ## check the style of the code with ruff, and the types with mypy
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m mypy

clean:  ## remove .venv, the site and all caches
	@echo "Removing .venv, _build and the caches"
	@rm -rf .venv .venv-bench _build nnlib.egg-info .pytest_cache .ruff_cache .hypothesis .jupyter_cache .mypy_cache
	@find . -name .git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
