# make serve · make test · make lint · make bench: each does its own set-up in .venv
# (make test-oldest in .venv-oldest).

PYTHON ?= python3
VENV := .venv
OLDEST := .venv-oldest
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
OLDEST_BIN := $(OLDEST)/Scripts
else
BIN := $(VENV)/bin
OLDEST_BIN := $(OLDEST)/bin
endif
STAMP := $(VENV)/.installed
COVERED := $(BIN)/python -m coverage report
ARGS ?=
# On a good day pip says nothing.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
PAGES := mock_server/inspector
TIDY := --indent-size=2 --end-with-newline

.PHONY: serve test test-all test-image soak pictures docs release test-oldest test-pythons lint format bench bench-peers image clean help

help:  ## what can be made
	@echo "make serve   run the emulator (ARGS='--port 0' passes options)"
	@echo "make test    run the tests that take no more than three minutes (ARGS='-k orders' passes options)"
	@echo "make test-all    run all tests: coverage, browsers, runtimes, packages, image, other Pythons"
	@echo "make test-image  build the container image and try it, where buildah and debootstrap are"
	@echo "make soak    run the long tests: load, kills, full disks (SOAK_SECONDS=60 for a short one)"
	@echo "make test-oldest   the same with the oldest versions that setup.cfg allows"
	@echo "make test-pythons  the rules, the state and the wire on the oldest and newest Python here"
	@echo "make lint    check style (ruff, djLint, css-beautify) and types (mypy)"
	@echo "make format  let the same tools rewrite the style"
	@echo "make pictures   draw the inspector's pages (ARGS='home 390' chooses, ARGS=docs: the documents')"
	@echo "make docs    build the documentation as a site in build/site"
	@echo "make release VERSION=0.3.0   make wheel, sdist and image, and look into them"
	@echo "make bench   measure speed and memory (ARGS='http --quick' chooses)"
	@echo "make image   build the image with docker, podman or buildah (ARGS='--build-arg BASE=…')"
	@echo "make bench-peers   compare with other mock servers, where installed"

$(STAMP): setup.cfg pyproject.toml mock_server/_version.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --quiet --editable '.[test]'
	@touch $(STAMP)

# To serve, the package alone is enough; what the tests need takes longer and asks for more.
$(VENV)/.serves: setup.cfg pyproject.toml mock_server/_version.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -e $(STAMP) || $(BIN)/python -m pip install --quiet --quiet --upgrade pip
	@test -e $(STAMP) || $(BIN)/python -m pip install --quiet --quiet --editable .
	@touch $@

serve: $(VENV)/.serves
	@$(BIN)/yespo-mock serve $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -q -n auto $(ARGS)

test-all: $(STAMP)
	$(BIN)/python -m pytest -q -n auto -m "not soak and not image" --hypothesis-profile=full \
	  --cov --cov-report= $(ARGS)
	@$(COVERED) --include='mock_server/rules/*' --fail-under=100 --format=total > /dev/null \
	  || $(COVERED) --include='mock_server/rules/*' --fail-under=100
	@$(COVERED) --fail-under=95 --format=total > /dev/null || $(COVERED) --fail-under=95
	@echo "Coverage with branches: rules 100 %, all $$($(COVERED) --format=total) %."
	$(MAKE) test-image
	$(MAKE) test-pythons

test-image: $(STAMP)
	$(BIN)/python -m pytest -q -m image tests/package/test_image.py $(ARGS)

soak: $(STAMP)
	$(BIN)/python -m pytest -m soak --timeout=1800 $(ARGS)

# The oldest versions are those of setup.cfg; tests/oldest.py writes them as requirements.
$(OLDEST)/.installed: setup.cfg pyproject.toml tests/oldest.py mock_server/_version.py
	$(PYTHON) -m venv --clear $(OLDEST)
	$(OLDEST_BIN)/python -m pip install --quiet --quiet --upgrade pip
	$(OLDEST_BIN)/python tests/oldest.py > $(OLDEST)/oldest.txt
	$(OLDEST_BIN)/python -m pip install --quiet --quiet --requirement $(OLDEST)/oldest.txt --editable .
	@touch $@

test-oldest: $(OLDEST)/.installed
	$(OLDEST_BIN)/python -m pytest -n auto $(ARGS)

test-pythons:
	$(PYTHON) tests/pythons.py $(ARGS)

lint: $(STAMP)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m djlint --check --quiet $(PAGES)/templates
	$(BIN)/css-beautify $(TIDY) $(PAGES)/static/inspector.css | diff -u $(PAGES)/static/inspector.css -

format: $(STAMP)
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .
	-$(BIN)/python -m djlint --reformat --quiet $(PAGES)/templates
	$(BIN)/css-beautify $(TIDY) --replace $(PAGES)/static/inspector.css

pictures: $(STAMP)
	$(BIN)/python tools/pictures.py $(ARGS)

# The site's generator is not among what the tests need.
docs:
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --quiet '.[docs]'
	.venv-docs/bin/python -m sphinx --quiet --fail-on-warning -c docs . build/site
	@cp build/site/README.html build/site/index.html
	@echo "build/site/index.html"

release: $(STAMP)
	@$(BIN)/python -m pip install --quiet --quiet '.[release]'
	@$(BIN)/python tools/release.py $(VERSION) $(ARGS)

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(ARGS)

bench-peers: $(STAMP)
	$(BIN)/python -m benchmarks peers $(ARGS)

# In docker's format, for the other one has no health check.
image: export BUILDAH_FORMAT := docker
image:
	@for each in docker podman buildah; do \
	  if $$each info >/dev/null 2>&1; then exec $$each build --tag yespo-mock $(ARGS) .; fi; \
	done; echo "make image needs docker, podman or buildah; none of them works here." >&2; exit 1

clean:
	rm -rf $(VENV) $(OLDEST) .venv-pythons .venv-docs .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache build dist *.egg-info
