# The commands of this repository. Each target installs what it lacks; `make help` lists the targets.
#
# `cargo xtask` builds the module and the package, js/build.mjs the JavaScript. Needed beforehand: Rust (rustup), Node with npm, and
# make. The tests in a browser need Chromium with chromedriver, the comparison with MSAL for Python needs Python 3.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

WASM := wasm32-unknown-unknown
LOGS := target/test-logs
# Most tests wait for timers or servers, so several files run at once even on few processors. A file that takes ten minutes hangs: it is
# killed and named.
NODE_TEST := node --test --test-reporter=spec --test-concurrency=4 --test-timeout=600000
WEBENGINES := $(patsubst tests/matrix/webengine/%.txt,target/webengine/%/.installed,$(wildcard tests/matrix/webengine/*.txt))
# wasm-pack finds wasm-bindgen in the version of Cargo.lock in target/debug, and downloads none.
export PATH := $(CURDIR)/target/debug:$(CURDIR)/target/tools/bin:$(PATH)
# Flags of the environment would replace those of .cargo/config.toml, and old engines could not run the module.
unexport RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR

.PHONY: help build package demo examples error-docs size-budget test test-matrix test-fmt test-clippy test-types test-doc test-native test-native-example test-wasm test-package test-runtime test-node test-storage test-workers test-resume test-interop test-credential test-demo bench readme-tables pictures clean
.PHONY: wasm-target demo-installed test-tools browser other-browsers python test-all

help: ## lists these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \2/p' $(MAKEFILE_LIST) | awk '{ printf "  %s %-14s", $$1, $$2; $$1 = $$2 = ""; print }'

build: wasm-target js/node_modules/.package-lock.json ## compiles the WebAssembly module into target/glue
	cargo xtask wasm

package: wasm-target js/node_modules/.package-lock.json ## leaves the npm package as dist/device-code-flow-VERSION.tgz
	cargo xtask package

demo: demo-installed ## starts the demo and prints its address
	node www-demo/server.mjs

# Every part runs, even if one before it has failed. The last line counts what the test runners reported.
test: ## runs all the tests below, and counts them
	@rm -rf $(LOGS)
	@passed=0; $(MAKE) --no-print-directory --keep-going test-all || passed=$$?; cargo xtask tally $(LOGS); exit $$passed

test-all: test-fmt test-clippy test-types test-doc test-native test-native-example test-wasm test-package test-runtime test-node test-storage test-workers test-resume test-interop test-credential test-demo

test-fmt: ## formatting of the Rust sources
	cargo fmt --all --check

test-clippy: wasm-target ## clippy, native and WebAssembly, every warning an error
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	cargo clippy --quiet --target $(WASM) --all-targets -- -D warnings

test-types: js/node_modules/.package-lock.json ## the types in the comments of js/, by the compiler of TypeScript
	cd js && node_modules/.bin/tsc --project tsconfig.types.json

# The web layer exists for WebAssembly only. Its own documentation links to private items.
test-doc: wasm-target ## the documentation of the crate, native and WebAssembly, every warning an error
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps --target $(WASM) --document-private-items

test-native: | $(LOGS) ## the core, natively: conformance and property tests
	@started=$$SECONDS; cargo test --quiet --workspace --no-run && echo "The native tests were built in $$((SECONDS - started)) s."
	cargo test --quiet --workspace --no-fail-fast 2>&1 | tee $(LOGS)/native.log
	cargo test --quiet --example fleet 2>&1 | tee $(LOGS)/fleet.log

# The authorization server is the demo's.
test-native-example: www-demo/node_modules/.package-lock.json | $(LOGS) ## a sign-in from native Rust: examples/native
	cargo build --quiet --package native-sign-in
	$(NODE_TEST) tests/native/*.test.mjs 2>&1 | tee $(LOGS)/native-example.log

# The commands that CONTRIBUTING.md names, as it names them. wasm-pack skips a file that is configured for another host and still
# succeeds, so the logs must say that tests ran.
test-wasm: wasm-target test-tools browser | $(LOGS) ## the web layer by wasm-pack, in Node and in headless Chromium
	wasm-pack test --node 2>&1 | tee $(LOGS)/wasm-node.log
	@grep -q 'test result: ok\. [1-9]' $(LOGS)/wasm-node.log || { echo 'tests/wasm_node.rs ran no test in Node'; exit 1; }
	wasm-pack test --headless --chrome 2>&1 | tee $(LOGS)/wasm-browser.log
	@grep -q 'test result: ok\. [1-9]' $(LOGS)/wasm-browser.log || { echo 'tests/wasm_browser.rs ran no test in Chromium'; exit 1; }
	wasm-pack build --target web --out-dir target/pkg
	$(NODE_TEST) tests/web/*.test.mjs 2>&1 | tee $(LOGS)/wasm-pack.log

test-package: package tests/pack/node_modules/.package-lock.json | $(LOGS) ## the tarball: its files, its types, its module
	$(NODE_TEST) tests/pack/*.test.mjs 2>&1 | tee $(LOGS)/package.log

# The authorization server and the driver of Chromium are the demo's.
test-runtime: package browser tests/runtime/node_modules/.package-lock.json examples/node_modules/.package-lock.json www-demo/node_modules/.package-lock.json | $(LOGS) ## whole sign-ins with the tarball in every runtime
	node tests/runtime/run.mjs 2>&1 | tee $(LOGS)/runtime.log
	$(NODE_TEST) tests/runtime/readme.mjs 2>&1 | tee $(LOGS)/readme.log
	$(NODE_TEST) tests/runtime/*.test.mjs 2>&1 | tee $(LOGS)/applications.log

# `make test` has the quick part of it.
test-matrix: package browser other-browsers $(WEBENGINES) tests/runtime/node_modules/.package-lock.json tests/matrix/node_modules/.package-lock.json examples/node_modules/.package-lock.json www-demo/node_modules/.package-lock.json | $(LOGS) ## the same suite in every old and new runtime there is a way to run here
	cargo xtask reproducible
	cargo xtask builds
	node tests/matrix/run.mjs 2>&1 | tee $(LOGS)/matrix.log
	$(NODE_TEST) tests/matrix/*.test.mjs 2>&1 | tee $(LOGS)/screens.log

test-interop: package tests/interop/node_modules/.package-lock.json target/python/.installed | $(LOGS) ## the same by msal-node, MSAL for Python and by us, compared field by field
	$(NODE_TEST) tests/interop/*.test.mjs 2>&1 | tee $(LOGS)/interop.log

# The runtimes are those of test-runtime, and so is the authorization server.
test-credential: package browser tests/credential/node_modules/.package-lock.json tests/runtime/node_modules/.package-lock.json www-demo/node_modules/.package-lock.json | $(LOGS) ## the credential beside @azure/identity's, under Azure's clients, in every runtime
	$(NODE_TEST) tests/credential/*.test.mjs 2>&1 | tee $(LOGS)/credential.log

test-node: package www-demo/node_modules/.package-lock.json | $(LOGS) ## the command line, and what only Node can show
	$(NODE_TEST) tests/js/*.test.mjs tests/cli/*.test.mjs 2>&1 | tee $(LOGS)/node.log

# Its engines are those of tests/runtime, the driver of Chromium is the demo's.
test-storage: package browser tests/storage/node_modules/.package-lock.json tests/runtime/node_modules/.package-lock.json www-demo/node_modules/.package-lock.json | $(LOGS) ## the stores, each on its real engine; processes that fight and die
	node tests/storage/run.mjs 2>&1 | tee $(LOGS)/stores.log
	$(NODE_TEST) tests/storage/*.test.mjs 2>&1 | tee $(LOGS)/storage.log

# The authorization server is the demo's.
test-workers: package tests/workers/node_modules/.package-lock.json www-demo/node_modules/.package-lock.json | $(LOGS) ## sign-ins on Cloudflare's engines: the examples on workerd
	$(NODE_TEST) tests/workers/*.test.mjs 2>&1 | tee $(LOGS)/workers.log

# Workers KV, D1 and Durable Objects are those of miniflare, which stands in tests/workers; Deno and Bun stand in tests/runtime, and
# the driver of Chromium in www-demo.
test-resume: package browser tests/workers/node_modules/.package-lock.json tests/runtime/node_modules/.package-lock.json www-demo/node_modules/.package-lock.json | $(LOGS) ## sign-ins whose processes are killed and whose stores fail
	$(NODE_TEST) tests/resume/*.test.mjs 2>&1 | tee $(LOGS)/resume.log

test-demo: demo-installed browser | $(LOGS) ## the demo, in headless Chromium
	$(NODE_TEST) www-demo/*.test.mjs 2>&1 | tee $(LOGS)/demo.log

examples: package examples/node_modules/.package-lock.json ## the sign-in page for a kiosk and for televisions, in dist/examples
	node examples/assemble.mjs

bench: package browser tests/bench/node_modules/.package-lock.json tests/runtime/node_modules/.package-lock.json tests/matrix/node_modules/.package-lock.json examples/node_modules/.package-lock.json ## size, start, polls, many flows and a television, beside other libraries
	node tests/bench/run.mjs

size-budget: package ## writes js/size-budget.json from the package as it is
	node tests/pack/size.test.mjs --write

error-docs: ## writes the tables of docs/errors.md and the types of the codes from the sources
	cargo test --quiet --test core error_docs -- --ignored

readme-tables: ## writes the README's tables and the chart from the last `make test` and `make bench`
	node tests/readme-tables.mjs
	node tests/bench/chart.mjs

pictures: demo-installed browser tests/runtime/node_modules/.package-lock.json tests/matrix/node_modules/.package-lock.json examples/node_modules/.package-lock.json ## takes the pictures of the README and of the examples anew
	cd www-demo && node picture.mjs ../docs/demo.png
	node --test --test-name-pattern='^webos signs in on Chromium 68' tests/matrix/screens.test.mjs
	cp target/screens/webos-chromium-68-code.png docs/tv.png

clean: ## removes what was built; what npm installed stays
	rm -rf target dist

# What is installed when it is missing.

# The demo uses the library as anybody does: from the tarball, by its name.
demo-installed: package www-demo/node_modules/.package-lock.json
	cd www-demo && npm install --no-save --no-audit --no-fund ../dist/device-code-flow-*.tgz

wasm-target:
	@test -d "$$(rustc --print target-libdir --target $(WASM))" || rustup target add $(WASM)
	@test -d "$$(rustc --print sysroot)/lib/rustlib/src/rust/library" || rustup component add rust-src

# wasm-pack is built without optimization, in half the time: it only starts other programs.
test-tools:
	cargo build --quiet --package xtask --bins
	@command -v wasm-pack >/dev/null || CARGO_PROFILE_RELEASE_OPT_LEVEL=0 cargo install wasm-pack --version 0.15.1 --locked --root target/tools

browser:
	@found() { command -v chromedriver && { command -v chromium || command -v chromium-browser || command -v google-chrome; }; }; \
	if found >/dev/null; then exit; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium chromium-driver; \
	else echo 'The tests in a browser need Chromium and its chromedriver on PATH (Debian: chromium and chromium-driver).'; exit 1; fi

# Not needed for the other rows of the matrix: without these, it says so and goes on, and the rows it lacks have failed.
other-browsers:
	@missing() { command -v firefox-esr >/dev/null || echo firefox-esr; ls /usr/lib/*/webkit2gtk-4.1/MiniBrowser >/dev/null 2>&1 || echo webkit2gtk-driver; command -v xvfb-run >/dev/null || echo xvfb; ls /usr/lib/*/libXss.so.1 >/dev/null 2>&1 || echo libxss1; }; \
	if [ -n "$$(missing)" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq $$(missing) || true; fi; \
	for package in $$(missing); do case $$package in firefox-esr) rows='Firefox';; webkit*) rows='WebKitGTK';; libxss1) rows='Chromium 53, 56 and 61 in QtWebEngine';; *) rows='WebKitGTK and of Chromium 53, 56 and 61 in QtWebEngine';; esac; \
	echo "Left out: the rows of $$rows, for want of Debian's $$package."; done

# Debian's python3 comes without what makes an environment of its own.
python:
	@if python3 -c 'import ensurepip' 2>/dev/null; then exit; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3 python3-venv; \
	else echo 'The tests beside MSAL for Python need Python 3 with venv on PATH (Debian: python3 and python3-venv).'; exit 1; fi

target/python/.installed: tests/interop/python/requirements.txt | python
	python3 -m venv --clear target/python
	target/python/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

target/webengine/python/.installed: | python
	python3 -m venv --clear $(@D)
	@touch $@

# Wheels of Qt with a Chromium in them. Qt looks for its parts beside the program that runs, so that gets a copy of Python's.
target/webengine/%/.installed: tests/matrix/webengine/%.txt | target/webengine/python/.installed
	@rm -rf $(@D); \
	if target/webengine/python/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --target $(@D) --requirement $<; \
	then cp "$$(readlink -f target/webengine/python/bin/python)" "$$(ls -d $(@D)/PyQt?/Qt*/libexec)/python" && touch $@; \
	else echo 'Left out: the rows of $* in QtWebEngine, for want of a wheel for this machine.'; fi

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

$(LOGS):
	@mkdir -p $@
