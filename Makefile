# One line a target; `make help` lists them. PYTHON may name another interpreter (3.11 or newer): without it the system's
# own is taken where it will do, which is compiled with profiles and a fifth faster than one built plainly.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo /usr/bin/python3 || echo python3)
DEV = $(PYTHON) deploy/bootstrap.py dev
JOBS ?= 2

.PHONY: help run test test-fast check audit controls torture bench screenshots lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: ## make what is missing, then serve the site on this machine
	@$(PYTHON) deploy/bootstrap.py run

test: ## every check and every test, browser journeys included
	@$(MAKE) --no-print-directory check
	@$(DEV) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-fast: ## the tests that need neither browser nor type checks
	@$(DEV) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not browser and not types"

check: ## lint, format, types, import contracts, templates, dependencies
	@$(DEV) deploy/check.py

audit: ## known holes in what is installed
	@$(DEV) deploy/audit.py

controls: ## each safety test beside the control that must fail
	@$(DEV) -m tests.controls

torture: ## every guarantee at its full count; IDS="D01 D02" SHARE=0.1 for less
	@$(DEV) -m tests.torture $(IDS) --share $(or $(SHARE),1)

bench: ## the save path and the attempt page against the bare limit
	@$(DEV) -m bench.run

screenshots: ## the README's pictures
	@$(DEV) deploy/screenshots.py

lock: ## remake the locked lists (maintainers; needs uv)
	uv pip compile -q --universal --no-header --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 pyproject.toml requirements/build.in --extra postgres -o requirements/app.lock
	uv pip compile -q --universal --no-header --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 pyproject.toml requirements/build.in --extra postgres --group dev -o requirements/dev.lock

clean: ## remove what can be made again; your data in instance/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
