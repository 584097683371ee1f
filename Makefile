# Bare `make` explains the targets: the text behind each `##`.

# The first of these that really runs and is new enough (a python3.13 on the path may be a
# version manager's shim that does not start); `make PYTHON=...` names another.
PYTHON := $(firstword $(foreach candidate,python3 python3.13 python3.12 python3.11,$(shell \
	$(candidate) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && echo $(candidate))))
RUN := .venv/bin/python
READY := .venv/.ready
READY_AUDIT := tests/audit/.venv/.ready
READY_SITE := docs/site/.venv/.ready

.PHONY: help render check lint test e2e audit package bench docs site lock format clean

help: ## Explain the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

render: $(READY) ## Render params/*.yaml to templates_out/
	@$(RUN) -m generator render

check: $(READY) ## Outputs are up to date; lint, style, types (FINDINGS=FILE: what exceptions silence)
	@$(RUN) -m generator check $(if $(FINDINGS),--findings $(FINDINGS))
	@$(RUN) -m generator lint
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@$(RUN) -m mypy

lint: $(READY) ## Lint the rendered templates
	@$(RUN) -m generator lint

test: $(READY) ## Run the tests
	@$(RUN) -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

e2e: $(READY) ## Deploy every template on an emulator and send it findings
	@tests/e2e/run

audit: $(READY) $(READY_AUDIT) ## Check the templates of every combination of settings with checkov
	@tests/audit/run

package: $(READY) ## Build the package, install it elsewhere, and use it as its users do
	@$(RUN) -m pytest -q tests/package

bench: $(READY) ## Measure speed and memory; fails where a goal is missed (ONLY="render matching")
	@$(RUN) tests/bench/bench.py $(if $(ONLY),--only $(ONLY))

docs: $(READY) ## Renew params/schema.json and the generated parts of README and docs/
	@$(RUN) -m generator schema >params/schema.json
	@PYTHONPATH=. $(RUN) docs/generated.py

site: $(READY) $(READY_SITE) ## Build the documentation as a site, in site/
	@$(RUN) docs/site/build.py

format: $(READY) ## Format the Python code
	@$(RUN) -m ruff format
	@$(RUN) -m ruff check --fix

lock: ## Resolve pyproject.toml into requirements.lock again
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group dev \
		--custom-compile-command 'make lock' --upgrade pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--custom-compile-command 'make lock' --upgrade docs/site/requirements.in -o docs/site/requirements.lock

clean: ## Remove what make made, but for the rendered templates
	rm -rf .venv site docs/site/.venv tests/audit/.venv tests/e2e/.venv tests/e2e/.state .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

# An environment is rebuilt when its lock file changes; the mark comes last, so that a
# broken installation is not mistaken for a finished one.
$(READY): requirements.lock
$(READY_AUDIT): tests/audit/requirements.lock
$(READY_SITE): docs/site/requirements.lock
$(READY) $(READY_AUDIT) $(READY_SITE):
	@test -n "$(PYTHON)" || { printf '%s\n' "No Python 3.11 or newer with venv found." \
		"  Debian, Ubuntu, WSL:  sudo apt install python3-venv" \
		"  macOS:                brew install python" \
		"  AWS CloudShell:       sudo dnf install -y python3.12" \
		"  Windows:              use WSL (wsl --install), or AWS CloudShell" \
		"Then make again, or: make PYTHON=/path/to/python3" \
		"Without Python: templates_out/quickstart/standalone.yaml is rendered already." >&2; exit 1; }
	@echo "Setting up $(@D) with $$($(PYTHON) --version), from $< (once) ..."
	@rm -rf $(@D)
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
		--requirement $<
	@touch $@
