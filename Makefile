# Millrace. Every target does its own set-up: it needs Node >= 20.19, npm and make, and nothing outside the npm registry.
SHELL := bash
export ONNXRUNTIME_NODE_INSTALL := skip
MILLRACE := node cli/millrace.mjs
AVA := node_modules/.bin/ava
PIPELINE ?= owl-st
ARGS ?=

.PHONY: help demo test check lint types fmt conformance bench gpu-check run clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

node_modules/.installed: package.json package-lock.json
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a < 20 || (a === 20 && b < 19)) { console.error("Millrace needs Node 20.19 or newer, this is " + process.version); process.exit(1); }'
	npm ci --no-audit --no-fund
	@touch $@

demo: node_modules/.installed ## the main job: draw pictures, label them with the tiny teacher, write, verify and compare the dataset
	$(MILLRACE) demo --out out/demo $(ARGS)

test: node_modules/.installed ## every test that needs nothing but this folder
	$(AVA)

check: node_modules/.installed types lint ## types, lint and import laws
	$(AVA) tests/laws/*.test.ts

types: node_modules/.installed
	node_modules/.bin/tsc

lint: node_modules/.installed
	node_modules/.bin/oxlint --deny-warnings

conformance: node_modules/.installed .venv/.installed ## the suites over ../shared/data, real Python readers, real S3 servers
	tests/conformance/installS3Servers.sh .s3
	$(AVA) --config tests/conformance/ava.config.js

# Where Python is, the conformance suites hold our output against the readers that people use.
.venv/.installed: tests/conformance/requirements.txt
	python3 -m venv .venv || { apt-get update -q && apt-get install -y -q python3 python3-venv && python3 -m venv .venv; }
	.venv/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@

# Benches stand beside Python's libraries and real S3 servers.
.venv/.bench: bench/requirements.txt .venv/.installed
	.venv/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@

bench: node_modules/.installed .venv/.bench ## every bench, one after the other (most of an hour, 13 GB in out/); see bench/README.md
	tests/conformance/installS3Servers.sh .s3
	for file in $(filter-out bench/gpuCheck.ts,$(wildcard bench/*.ts)); do echo "== $$file"; PATH="$(CURDIR)/.venv/bin:$$PATH" node --import tsx $$file; done

gpu-check: node_modules/.installed ## a GPU, if one is here: same losses as the processor, steps a second against PyTorch, stalls; writes bench/GPU.md
	node --import tsx bench/gpuCheck.ts --out bench/GPU.md $(ARGS)

run: node_modules/.installed ## make run PIPELINE=owl-st ARGS="--in 'shards/*.tar' --out out/owl-st"
	$(MILLRACE) run pipelines/$(PIPELINE).ts $(ARGS)

clean: ## remove what the targets made
	rm -rf out .venv .s3 node_modules
