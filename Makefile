# `make` alone lists what there is. Needs only make and Python 3.11 or newer; everything else goes into .venv.
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help book pdf test serve lab notebooks formulas verdicts sabotage experiments portability latest frameworks \
  live bench lint clean stale changed

BIN  := .venv/bin
SITE := _build/html/index.html
LOG  := _build/install.log
PORT ?= 8000
OF_CHAPTERS := notebooks frameworks live_build site_chapters  # the tests that look at one chapter after the other

export OPENBLAS_NUM_THREADS := 1
unexport MPLBACKEND PYTHONPATH PYTHONHOME

# In a path, setuptools takes $x for a variable of the environment; where there is none, one that is just that.
VARIABLES := $(shell pwd | grep -o '[$$][A-Za-z_][A-Za-z_0-9]*' | tr -d '$$')
$(foreach this,$(VARIABLES),$(if $(filter undefined,$(origin $(this))),$(eval export $(this) := $$$$$(this))))

# $(call build,ENVIRONMENT,FOLDER): the site, in FOLDER/_build/html. Programs of an environment are given to its Python:
# their own first line does not find it where the path has odd characters.
build = $(1)/bin/python $(1)/bin/jupyter-book build . --path-output $(2) -W --keep-going -n --all -q >/dev/null

help:  ## list the targets (what plain `make` does)
	@sed -n 's/^\([a-z]*\):.*  ## /\1|/p' Makefile | while IFS='|' read -r t d; do printf 'make %-12s %s\n' "$$t" "$$d"; done

# The virtual environment: made anew when it was moved, or when PYTHON names another Python (install.sh says). The stamp
# is written last, so a half-made .venv is never taken for a finished one.
.venv/stamp: requirements.txt constraints.txt pyproject.toml $(shell PYTHON='$(PYTHON)' sh install.sh .venv || echo stale)
	@rm -f $@; echo "Installing the pinned packages into .venv (a minute or two, about 500 MB)"
	@sh install.sh .venv -r requirements.txt
	@touch $@

# Whether anything that the site is made of is newer than the site. A folder counts, too, when a page was deleted from it;
# not those that Python writes its caches to.
CHANGED := $(if $(shell find _config.yml _toc.yml references.bib intro.md chapters _static _templates nnlib _ext live \
  \( -name '.?*' -o -name __pycache__ -o -name results.json \) -prune -o \
  ! \( -type d \( -path 'nnlib*' -o -path '_ext*' -o -path 'live*' \) \) -newer $(SITE) -print \
  2>/dev/null | head -n 1),changed)

# The new site is built beside the old one and takes its place when it stands, dated by its start: what was saved
# meanwhile is newer.
$(SITE): .venv/stamp $(CHANGED)
	@echo "Building the site from the stored outputs of the chapters; warnings are errors"
	@rm -rf _build/next/_build/html; mkdir -p _build/next; touch _build/next/start
	@$(call build,.venv,_build/next) || \
	  { echo "The site was not built: the lines above say why. The one before, if there was one, is as it was." >&2; exit 1; }
	@touch -r _build/next/start _build/next/$@
	@rm -rf _build/last; [ ! -e _build/html ] || mv _build/html _build/last
	@mv _build/next/_build/html _build/html; rm -rf _build/last

book: $(SITE)  ## build the site and print its address
	@echo "The site is up to date. Open $$($(BIN)/python -c 'import pathlib; print(pathlib.Path("$(SITE)").resolve().as_uri())')"

pdf: $(SITE)  ## print the book to a PDF, which the site then offers (needs Chromium)
	@echo "Printing the book (a minute or two)"
	@$(BIN)/python _ext/downloads.py _build/html/training-neural-networks-tested.pdf
	@ls _build/html/*.pdf

test: $(SITE)  ## run all tests: library, docstrings, notebooks, the site in a browser (ONLY=06_l2: those of a chapter)
	@echo "Running $(if $(ONLY),the tests of $(ONLY),all tests)"
	@NNLIB_SITE=_build/html $(BIN)/python -m pytest -n 2 --dist loadfile \
	  $(if $(ONLY),-k $(ONLY) chapters/$(ONLY)*.ipynb $(OF_CHAPTERS:%=tests/test_%.py))

serve: $(SITE)  ## show the site on localhost (PORT=8000)
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", int("$(PORT)")))' 2>/dev/null || \
	  { echo "Port $(PORT) is not free: choose another one, as in make serve PORT=8001" >&2; exit 1; }
	@echo "The site is at http://127.0.0.1:$(PORT)/ (Ctrl-C ends)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT) >/dev/null

lab: $(if $(SOURCES),.venv/stamp,$(SITE))  ## open copies of the chapters in JupyterLab, to write in (SOURCES=1: the chapters themselves)
	@$(if $(SOURCES),$(BIN)/python -m nbformat.sign chapters/*.ipynb >/dev/null,$(BIN)/python _ext/reading.py _build/html reading)
	@echo "Starting JupyterLab on $(if $(SOURCES),the chapters,your copies of the chapters, in reading/) (Ctrl-C ends)"
	@$(if $(SOURCES),,JUPYTER_CONFIG_PATH="$$PWD/.jupyterlab") $(BIN)/python -m jupyterlab --ServerApp.root_dir="$$PWD" \
	  --LabApp.default_url=/lab/tree/$(if $(SOURCES),chapters,reading) --LabApp.app_settings_dir="$$PWD/.jupyterlab" \
	  $$([ "$$(id -u)" != 0 ] || echo --allow-root)

notebooks: .venv/stamp  ## run every chapter again and store its outputs (ONLY=06_l2 for one)
	@echo "Running the chapters and storing their outputs"
	@PYTHONPATH=_ext $(BIN)/python -m nbconvert --to notebook --execute --inplace --log-level WARN \
	  --ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.record_timing=False --ExecutePreprocessor.extra_arguments=--log-level=ERROR \
	  --Exporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor \
	  --Exporter.preprocessors=guards.figures.keep_and_stamp \
	  --ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.clear_cell_metadata=False \
	  --ClearMetadataPreprocessor.preserve_nb_metadata_mask='{"kernelspec", "mystnb", ("language_info", "name")}' \
	  $(if $(ONLY),chapters/$(ONLY)*.ipynb,$$($(BIN)/python _ext/toc.py))

formulas: .venv/stamp  ## print formulas and tables that are new or changed, and store that they were read
	@PYTHONPATH=_ext $(BIN)/python -m guards.formulas
	@PYTHONPATH=_ext $(BIN)/python -m guards.read

sabotage: .venv/stamp  ## make random single edits of the book and say how many its guards notice (ten minutes)
	@PYTHONPATH=_ext:tests $(BIN)/python -m guards.sabotage

verdicts: .venv/stamp  ## list what a chapter decides beside what it asserts, to be read (ONLY=06_l2)
	@PYTHONPATH=_ext $(BIN)/python -m guards.verdicts $(ONLY)

experiments: .venv/stamp  ## run the long experiments one after the other (an hour)
	@for f in $(filter-out %/store.py,$(wildcard experiments/*.py)); do echo "Running $$f"; $(BIN)/python "$$f" || exit 1; done

portability: .venv/stamp  ## run the chapters as two other x86-64 processors would
	@case "$$(uname -m)" in x86_64|amd64) ;; *) echo "make portability needs an x86-64 processor." >&2; exit 1;; esac
	@for core in Haswell Nehalem; do echo "Checking the chapters with the BLAS kernels of $$core (x86-64 only)"; \
	  OPENBLAS_CORETYPE=$$core $(BIN)/python -m pytest -n 2 --dist loadfile chapters || exit 1; done

latest:  ## build and test with the newest packages, and say what differs from the pins (a quarter of an hour)
	@echo "Installing the newest packages that pyproject.toml allows into .venv-latest (a minute or two)"
	@rm -rf .venv-latest; sh install.sh .venv-latest -e '.[book,test]'
	@echo "Packages that differ from constraints.txt:"; .venv-latest/bin/python -m pip freeze | awk -F== \
	  '{ name = tolower($$1); gsub(/[-_.]+/, "-", name) } /^#/ { next } NR == FNR { pin[name] = $$2; next } \
	   pin[name] != $$2 { print "  " name ": " (pin[name] ? pin[name] : "none") " -> " $$2 }' constraints.txt -
	@echo "Building the site and running all tests with them; a chapter's output that differs is named by its cell, from 1"
	@rm -rf _build/latest; $(call build,.venv-latest,_build/latest); built=$$?; \
	NNLIB_SITE=_build/latest/_build/html .venv-latest/bin/python -m pytest -n 2 --dist loadfile -q --tb=no && exit $$built

# The benchmarks' own environment, with the libraries that nnlib is compared with; one that cannot be had is left out.
.venv-bench/stamp: .venv/stamp benchmarks/requirements.txt
	@rm -f $@; echo "Installing the libraries to compare with into .venv-bench (a few minutes)"
	@sh install.sh .venv-bench -c benchmarks/requirements.txt -e .
	@for pin in $$(sed 's/#.*//' benchmarks/requirements.txt); do \
	  .venv-bench/bin/python -m pip install --no-input --disable-pip-version-check -c benchmarks/requirements.txt $$pin \
	    >>$(LOG) 2>&1 || echo "$$pin could not be installed: $(LOG) says why."; \
	done
	@touch $@

# The environment of the frameworks whose calls the chapters show.
.venv-frameworks/stamp: .venv/stamp frameworks/requirements.txt
	@rm -f $@; echo "Installing PyTorch, Keras and JAX into .venv-frameworks (a few minutes)"
	@sh install.sh .venv-frameworks -r frameworks/requirements.txt -e .
	@touch $@

frameworks: .venv-frameworks/stamp  ## run the chapters' calls of PyTorch, Keras and JAX, and store what they answer
	@.venv-frameworks/bin/python -m frameworks

live: $(SITE)  ## run the chapters in the page, in Chromium, and store what differs there (half an hour; ONLY=06_l2)
	@PYTHONPATH=_ext $(BIN)/python -m live _build/html $(ONLY)

bench: .venv-bench/stamp  ## measure speed and accuracy beside other libraries, and write that page (about six minutes)
	@.venv-bench/bin/python -m benchmarks
	@$(BIN)/python -m benchmarks.page

lint: .venv/stamp  ## check the style of the code with ruff, and the types with mypy
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m mypy

clean:  ## remove .venv, the site and all caches
	@echo "Removing .venv, _build and the caches"
	@rm -rf .venv .venv-bench .venv-frameworks .venv-latest _build *.egg-info .pytest_cache .ruff_cache .hypothesis .jupyter_cache .mypy_cache
	@find . -name .git -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
