# The commands of this project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: conversion-table conversion-doc help run build release test test-tsan test-asan test-large test-kill e2e simulation bench fuzz lint format clean deps

SWIFT ?= swift
ARGS ?=
SWIFT_PATHS = Package.swift Sources Tests $(wildcard Examples)

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the system libraries the build needs, where they are missing
	@scripts/install-deps.sh

run: deps ## Build the gateway and start it; ARGS="--config my.toml" is passed on
	$(SWIFT) build -c release --product gatewayd
	exec "$$($(SWIFT) build -c release --show-bin-path)/gatewayd" $(ARGS)

build: deps ## Build everything in debug mode
	$(SWIFT) build

# A folder of its own: with other flags the compiler begins anew, and `make run` would after it.
STATIC = -c release --static-swift-stdlib --scratch-path .build-release

release: deps ## Build the stripped binary, with Swift linked in; prints its path and size
	$(SWIFT) build $(STATIC) --product gatewayd
	@binary="$$($(SWIFT) build $(STATIC) --show-bin-path)/gatewayd" && \
		strip "$$binary" && ls -l "$$binary" | awk '{ printf "%s: %.1f MB\n", $$NF, $$5 / 1e6 }'

test: ## Lint, unit tests and end-to-end tests; the last line is "N passed, N failed"
	@SWIFT="$(SWIFT)" scripts/test.sh

e2e: deps ## End-to-end tests alone; ARGS="-k streams" is passed to pytest
	$(SWIFT) build --product gatewayd
	$(SWIFT) build --product conversion_probe
	scripts/e2e.sh $(ARGS)

conversion-table: deps ## Write Tests/Fixtures/Conversion anew: what becomes of every field, for review
	$(SWIFT) build --product conversion_probe
	scripts/conversion.sh table

conversion-doc: ## Write docs/CONVERSION.md from Tests/Fixtures/Conversion
	scripts/conversion.sh document

# Each also runs the end-to-end tests against a gateway that is built the same way.
test-tsan: export TSAN_OPTIONS ?= halt_on_error=0 exitcode=66 suppressions=$(CURDIR)/scripts/tsan-suppressions.txt
test-tsan: deps ## All tests under the thread sanitizer
	$(SWIFT) test --sanitize=thread --scratch-path .build-tsan $(ARGS)
	$(SWIFT) build --sanitize=thread --scratch-path .build-tsan --product gatewayd
	$(SWIFT) build --sanitize=thread --scratch-path .build-tsan --product conversion_probe
	GATEWAYD="$(CURDIR)/.build-tsan/debug/gatewayd" scripts/e2e.sh

test-asan: export ASAN_OPTIONS ?= detect_leaks=0
test-asan: deps ## All tests under the address sanitizer
	$(SWIFT) test --sanitize=address --scratch-path .build-asan $(ARGS)
	$(SWIFT) build --sanitize=address --scratch-path .build-asan --product gatewayd
	$(SWIFT) build --sanitize=address --scratch-path .build-asan --product conversion_probe
	GATEWAYD="$(CURDIR)/.build-asan/debug/gatewayd" scripts/e2e.sh

simulation: deps ## A hundred thousand schedules of faults against the engine; SIMULATION_SEED=N is the first
	SIMULATION_SCHEDULES=$${SIMULATION_SCHEDULES:-100000} $(SWIFT) test --filter SimulationTests

bench: deps ## Measure the gateway beside nginx on this machine
	scripts/bench.sh $(ARGS)

test-large: deps ## Time every report on a log of a million requests
	scripts/large_log.sh $(ARGS)

test-kill: deps ## Kill the gateway under the benchmark's full load, and count what is not in its log
	BENCHMARK=kill_log scripts/bench.sh $(ARGS)

fuzz: deps ## Run every fuzz target
	scripts/fuzz.sh all

lint: ## Import rules, file sizes, format
	scripts/lint.sh

format: ## Rewrite the sources in the project's format
	$(SWIFT) format --in-place --parallel --recursive $(SWIFT_PATHS)

clean: ## Delete what was built
	rm -rf .build .build-release .build-tsan .build-asan .build-fuzz .venv
