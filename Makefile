# One command per habit. `make help` lists them; continuous integration calls the same ones.
# Windows has no make: the README gives the plain pip lines.

PYTHON ?= python3
LAB_ARGS ?=
PYTEST_ARGS ?=

.PHONY: help lab test notebooks missing lint bench badge clean

help:  ## list the commands
	@echo "make COMMAND, where COMMAND is one of"
	@sed -n 's/^\([a-z]*\):.*## /  \1  /p' Makefile | awk '{ c = $$1; $$1 = ""; printf "  %-10s%s\n", c, $$0 }'
	@echo "Settings: PYTHON=python3.12   LAB_ARGS=\"--port 9999\"   PYTEST_ARGS=\"-k momentum\""

lab: .venv/.lab  ## open the first notebook in JupyterLab; installs all it needs the first time
	@echo "JupyterLab is starting. Stop it with Ctrl-C."
	@.venv/bin/python -m jupyterlab $(LAB_FLAGS) $(LAB_ARGS)

test: .venv/.test  ## run every test: unit, notebooks, browser
	.venv/bin/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

notebooks: .venv/.test  ## run all notebooks and store their outputs
	.venv/bin/python tools/notebooks.py

lint: .venv/.test  ## check style and format, notebooks included
	.venv/bin/ruff check
	.venv/bin/ruff format --check

bench: .venv/.bench  ## measure, beside the usual ways of doing it
	.venv/bin/python -m tests.benchmarks

missing: .venv/.lab  ## say what a rule still owes, and where it goes; RULE=adan for one of them
	@.venv/bin/python tools/missing.py $(RULE)

badge: .venv/.lab  ## write the Binder links into README and notebooks, from the git remote
	.venv/bin/python tools/badge.py

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
PIP_INSTALL = .venv/bin/python -m pip install -qq --disable-pip-version-check

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
	@$(PYTHON) -m venv .venv

.venv/.lab: requirements.txt pyproject.toml | .venv/bin/pip
	@echo "Installing TensorFlow, JupyterLab and optlearn into .venv. The first time takes a few minutes."
	@$(PIP_INSTALL) -r requirements.txt
	@.venv/bin/python -c "import matplotlib.pyplot"  # no notebook waits for its font cache
	@.venv/bin/jupyter-labextension disable "@jupyterlab/apputils-extension:announcements" 2>/dev/null
	@touch $@

.venv/.test .venv/.bench: .venv/.%: .venv/.lab
	@echo "Installing what make $(@F:.%=%) needs on top."
	@$(PIP_INSTALL) --editable ".[$*]"
	@touch $@
