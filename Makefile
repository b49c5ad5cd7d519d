# One command per habit. `make help` lists them; continuous integration calls the same ones.
# Windows has no make: the README gives the plain pip lines.

PYTHON ?= python3
LAB_ARGS ?=
PYTEST_ARGS ?=
SHAKE_ARGS ?=
MUTANTS_ARGS ?=

.PHONY: help lab test notebooks site handout animation shake mutants missing lists lint bench badge dist lowest binder clean

help:  ## list the commands
	@echo "make COMMAND, where COMMAND is one of"
	@sed -n 's/^\([a-z]*\):.*## /  \1  /p' Makefile | awk '{ c = $$1; $$1 = ""; printf "  %-10s%s\n", c, $$0 }'
	@echo "Settings: PYTHON=python3.12   LAB_ARGS=\"--port 9999\"   PYTEST_ARGS=\"-k momentum\"   SHAKE_ARGS=\"notebooks/14_lamb.ipynb\""

lab: .venv/.lab  ## open the first notebook in JupyterLab; installs all it needs the first time
	@echo "JupyterLab is starting in your browser, with the first notebook. Stop it with Ctrl-C."
	@.venv/bin/python -m jupyterlab $(LAB_FLAGS) $(LAB_ARGS)

test: .venv/.test  ## run every test: unit, notebooks, browser
	.venv/bin/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

notebooks: .venv/.test  ## run all notebooks and store their outputs
	.venv/bin/python tools/notebooks.py

site: .venv/.test  ## make the course as static pages in build/site, alive without a kernel
	.venv/bin/python tools/site.py

handout: .venv/.test  ## one page as one file: make handout NOTEBOOK=02_momentum
	.venv/bin/python tools/site.py --handout $(NOTEBOOK)

animation: .venv/.test  ## make the README's picture that moves, docs/lab.gif, from a lab in a browser
	.venv/bin/python tools/animation.py

shake: .venv/.test  ## run all notebooks where the last bits differ, and say what flips
	.venv/bin/python tools/shake.py --shakes 10 $(SHAKE_ARGS)

lint: .venv/.test  ## check style and format, notebooks included
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	.venv/bin/blinter start.cmd --fail-on warning

bench: .venv/.bench  ## measure, beside the usual ways of doing it
	.venv/bin/python -m tests.benchmarks

mutants: .venv/.mutants  ## write the package otherwise, one expression at a time, and say what no test notices; takes a night
	.venv/bin/python tools/mutants.py $(MUTANTS_ARGS)

missing: .venv/.lab  ## say what a rule still owes, and where it goes; RULE=adan for one of them
	@.venv/bin/python tools/missing.py $(RULE) || true

lists: .venv/.test  ## write all that follows from rules and lessons: translation, contract, times and lists
	.venv/bin/python -m optlearn.browser
	.venv/bin/python -m tests.unit.contract
	.venv/bin/python tools/lists.py --write

badge: .venv/.lab  ## write the links and addresses of the project, from the git remote
	.venv/bin/python tools/badge.py

dist: .venv/.test  ## build the package, and try it where there is no checkout
	.venv/bin/python tools/dist.py

lowest: .venv/.test  ## try the lowest versions that are promised, and Colab's way to the package
	.venv/bin/python tools/lowest.py

binder: .venv/.test  ## do all that Binder does, without Docker
	.venv/bin/python tools/binder.py

clean:  ## remove the environment and everything that can be made again
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +


# JupyterLab: open the first notebook, log errors only, stop at the first Ctrl-C. Kernels warn unless they
# are encrypted, and so does Voila, which is here for the tests.
LAB_FLAGS = --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb --Application.log_level=ERROR -y \
	--KernelManager.transport_encryption=auto --ServerApp.jpserver_extensions="{'voila.server_extension': False}"
ifeq ($(shell id -u),0)
LAB_FLAGS += --allow-root
endif
ifeq ($(shell uname)$(DISPLAY)$(WAYLAND_DISPLAY)$(BROWSER),Linux)
LAB_FLAGS += --no-browser
endif

# The environment. An empty file in it says what has been installed since the pins last changed.
PIP_INSTALL = .venv/bin/python -m pip install --disable-pip-version-check

.venv/bin/pip:
	@case "$$($(PYTHON) --version 2>&1)" in "Python 3.11"*|"Python 3.12"*|"Python 3.13"*) ;; *) \
		echo "optlearn needs Python 3.11, 3.12 or 3.13: TensorFlow is not made for others."; \
		echo "$(PYTHON) is: $$($(PYTHON) --version 2>&1)"; \
		echo "Name another interpreter, for example: make $(MAKECMDGOALS) PYTHON=python3.12"; \
		exit 1;; esac
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu, as root:"; \
		echo "    apt-get install python3-venv"; \
		exit 1; }
	@echo "[1 of 4] Making an environment in .venv, with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv .venv

.venv/.lab: requirements.txt pyproject.toml | .venv/bin/pip
	@echo "[2 of 4] Installing TensorFlow, JupyterLab and what they need: some 400 MB to download, the first time."
	@$(PIP_INSTALL) -q --upgrade "pip>=25.1"  # that knows dependency groups
	@$(PIP_INSTALL) -r requirements.txt
	@echo "[3 of 4] Installing optlearn itself, from this folder."
	@$(PIP_INSTALL) -q --no-deps --editable .
	@echo "[4 of 4] Making matplotlib's list of fonts, so that no notebook waits for it."
	@.venv/bin/python -c "import matplotlib.pyplot"
	@.venv/bin/jupyter-labextension disable "@jupyterlab/apputils-extension:announcements" 2>/dev/null
	@touch $@

.venv/.test .venv/.bench .venv/.mutants: .venv/.%: .venv/.lab
	@echo "Installing what make $(@F:.%=%) needs on top."
	@$(PIP_INSTALL) -q --group $*
	@touch $@
