# Patchbay: the commands of the house. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
SECONDS_PER_TARGET ?= 60

# Symbols stay, for backtraces; what debuggers read does not: it is a quarter of the file.
SWIFT_RELEASE := swift build -c release --static-swift-stdlib -Xlinker -S
SWIFT_DEBUG := swift build --explicit-target-dependency-import-check error
export PATCHBAY_PYTHON := $(CURDIR)/build/python/bin/python3

# A patchbay that is named from outside (`make demo PATCHBAY=/usr/bin/patchbay`) is used as it is and not built.
ifdef PATCHBAY
BINARY :=
else
PATCHBAY := $(CURDIR)/.build/release/patchbay
BINARY := build
endif
export PATCHBAY

CHECKS := format prose shape dependency linkage embedded documentation examples fuzz readme guests guest-swift guest-python

.PHONY: help setup setup-python setup-guests build build-tests demo check test bench format lint docs fuzz race install clean \
    $(CHECKS:%=check-%)

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the libraries that the build needs, when they are missing (Debian, Ubuntu)
	@Tools/setup

setup-python: setup
	@Tools/setup-python

setup-guests: setup-python
	@Tools/setup-guests

build: setup ## Build the release binary .build/release/patchbay, and the plugins in build/plugins
	@$(SWIFT_RELEASE) --product patchbay
	@$(SWIFT_RELEASE) --product PatchbayProgram
	@Tools/build-program release
	@Tools/build-plugins

build-tests: setup
	@$(SWIFT_DEBUG) --build-tests
	@$(SWIFT_DEBUG) --product PatchbayProgram
	@Tools/build-program debug
	@PATCHBAY=$(CURDIR)/.build/debug/patchbay Tools/build-plugins

demo: $(BINARY) ## Run the demo pipeline over a recorded trace
	@Examples/demo/run

check-format: setup
check-linkage: build-tests $(BINARY)
check-documentation: build-tests
check-examples check-readme check-guests: $(BINARY)
check-guests: setup-guests
check-embedded check-guest-swift check-dependency check-fuzz: setup
check-guest-python: setup-python
$(CHECKS:%=check-%):
	@Tools/check/$(@:check-%=%)

check: $(CHECKS:%=check-%) ## Run every gate but the tests

test: setup-python check build-tests ## Run every gate, then the tests
	@swift test --skip-build

bench: setup ## Run the benchmarks
	@Benchmarks/run

format: ## Format the Swift sources in place
	@Tools/check/format --fix

lint: check-format check-prose check-shape ## Check the formatting and the wording, without a build

docs: build-tests ## Build the reference documentation into build/docs
	@Tools/docs

fuzz: setup ## Fuzz each target for SECONDS_PER_TARGET seconds under AddressSanitizer
	@Tools/fuzz/run --seconds $(SECONDS_PER_TARGET)

race: setup ## Run the tests of the engine under ThreadSanitizer
	@swift test --sanitize=thread --scratch-path .build/race --filter 'EngineTests|AssemblyTests'

install: build ## Install patchbay under PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 .build/release/patchbay "$(DESTDIR)$(PREFIX)/bin/patchbay"
	install -d "$(DESTDIR)$(PREFIX)/lib/patchbay"
	install -m 644 build/wasmtime/libwasmtime.so "$(DESTDIR)$(PREFIX)/lib/patchbay/libwasmtime.so"
	install -m 644 build/wasmtime/LICENSE "$(DESTDIR)$(PREFIX)/lib/patchbay/libwasmtime.LICENSE"
	install -d "$(DESTDIR)$(PREFIX)/lib/patchbay/plugins"
	install -m 644 build/plugins/*.wasm "$(DESTDIR)$(PREFIX)/lib/patchbay/plugins"
	install -m 644 .build/release/plugin-program.o .build/release/plugin-program.o.swift "$(DESTDIR)$(PREFIX)/lib/patchbay"
	install -d "$(DESTDIR)$(PREFIX)/share/patchbay"
	rm -rf "$(DESTDIR)$(PREFIX)/share/patchbay/GuestSDK"
	tar --create --dereference --exclude=.build --exclude='*.wasm' GuestSDK | \
	    tar --extract --no-same-owner --no-same-permissions --directory "$(DESTDIR)$(PREFIX)/share/patchbay"
	install -d "$(DESTDIR)$(PREFIX)/share/patchbay/GuestSDK/include"
	install -m 644 Sources/CPatchbay/include/patchbay_plugin.h "$(DESTDIR)$(PREFIX)/share/patchbay/GuestSDK/include"
	@# What is built is known by its path: in a staging folder it would be of no use.
	[[ -n "$(DESTDIR)" ]] || Tools/build-sdk "$(PREFIX)/bin/patchbay" "$(PREFIX)/share/patchbay/build/cache"

clean: ## Remove everything that was built
	rm -rf .build build
