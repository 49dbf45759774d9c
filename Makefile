# The one door to everything that is done with this repository. Each target is
# a line or two; what needs more lives in deploy/scripts, and says so itself.
#
# It needs Go, make and a POSIX shell. Nothing is installed behind your back but
# by `make test`, which says what it installs.

.DEFAULT_GOAL := help
SHELL         := /bin/sh

SERVICES := intake classification monitoring review notification
FUZZTIME ?= 10m
FUZZ     ?= work
BENCHTIME ?= 1s
KILLS    ?= 50
EVENTS   ?= 1000000
ADDR     ?= 127.0.0.1:8080
NATS     ?= 127.0.0.1:4222
PART     ?= dev

# A checkout that git does not trust (another user's, an archive) is built without its commit.
VCS   := $(shell git status >/dev/null 2>&1 || echo -buildvcs=false)
BUILD := go build $(VCS)

# Nothing here needs C. Building and testing with the same setting also means
# that what one has compiled the other finds in the cache.
export CGO_ENABLED := 0

# What tests are built without: vet, which CI runs by itself, and what only a
# debugger reads. Linking takes half the time.
LEAN := -vet=off -ldflags='-s -w'

##@ Try it

run: bin/tocsin ## The whole system in one process: bus, ledger, five services, console
	./bin/tocsin up --http $(ADDR) --nats $(NATS)

demo: bin/tocsin ## The same, and an incident played into it
	deploy/scripts/demo $(ADDR) $(NATS)

build: ## All binaries, to bin/
	$(BUILD) -o bin/ $(foreach s,$(SERVICES) tocsin,./services/$(s)/cmd/$(s))

##@ Change it

test: ## Installs what the tests need (PostgreSQL, Chromium, axe-core), then runs every test
	deploy/scripts/test-setup
	set -a; . ./.build/test.env; go test $(LEAN) work
	GOWORK=off go test -C deploy ./...

race: ## Every test of the workspace under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race work

flow: ## Whole-system stories only: pkg/flowtest
	go test -count=1 ./pkg/flowtest/...

drill: ## Kills intake (under EVENTS, a million), monitoring and notification KILLS (50) times each, and the server, under load
	TOCSIN_DRILL_KILLS=$(KILLS) TOCSIN_DRILL_EVENTS=$(EVENTS) go test -count=1 -v -p=1 -timeout 120m \
		./services/intake/internal/drill ./services/monitoring/internal/drill ./services/notification/internal/drill

eval: bin/tocsin ## How well notes are read, on the labelled notes of PART (dev, train, test, all), against the model COMPARE
	@mkdir -p .build
	./bin/tocsin eval --part $(PART) --html .build/eval.html $(if $(COMPARE),--compare $(COMPARE)) services/classification/notes

train: bin/tocsin ## Learns the model that reads notes from the labelled notes of part train
	./bin/tocsin train --part train services/classification/notes --out services/classification/internal/score/model.bin

bench: ## Every benchmark (BENCHTIME=1x: once, so that none rots)
	go test $(LEAN) -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) \
		$$(grep -rl --include='*_test.go' '^func Benchmark' pkg services | xargs -n1 dirname | sort -u | sed 's|^|./|')

screenshots: ## Every page of the console in each look, to .build/screenshots, for people to look at
	deploy/scripts/test-setup
	set -a; . ./.build/test.env; TOCSIN_SCREENSHOTS="$(CURDIR)/.build/screenshots"; \
		go test -count=1 -timeout 20m ./services/review/internal/console/browsertest

fuzz: ## Every fuzz target of the packages FUZZ (work: all) for FUZZTIME (10m); of the doors, a corpus is kept in testdata
	deploy/scripts/fuzz $(FUZZTIME) $(FUZZ)

lint: bin/golangci-lint ## golangci-lint over the workspace
	deploy/scripts/each-module "$(CURDIR)/bin/golangci-lint" run --config "$(CURDIR)/.golangci.yml" ./...

##@ Keep it true

generate: bin/buf bin/protoc-gen-go bin/protoc-gen-connect-go bin/protoc-gen-openapiv3 ## Checks the schemas and writes proto/gen
	proto/generate

breaking: bin/buf ## Compares the schemas with those of the last commit: fields may only be added
	proto/generate breaking

verify: generate bin/gofumpt ## Regenerates, formats and tidies; fails if that changes anything
	deploy/scripts/verify

ci: ## What every change has to pass, from a clean checkout
	.ci/run

##@ Help

help: ## This list
	@awk -f deploy/scripts/help.awk $(MAKEFILE_LIST)

# Building is Go's to know: it looks at the sources and at its cache.
bin/tocsin: .FORCE
	$(BUILD) -o bin/ ./services/tocsin/cmd/tocsin

# The tools are pinned in pkg/tools, each set in a module of its own outside
# go.work, so that their needs never raise the versions of the services.
bin/golangci-lint bin/gofumpt: pkg/tools/lint/go.mod
	GOWORK=off go build -C pkg/tools/lint -o "$(CURDIR)/bin/" tool
bin/buf: pkg/tools/buf/go.mod
	GOWORK=off go build -C pkg/tools/buf -o "$(CURDIR)/bin/" tool
bin/nats: pkg/tools/nats/go.mod
	GOWORK=off go build -C pkg/tools/nats -o "$(CURDIR)/bin/" tool
bin/protoc-gen-go bin/protoc-gen-connect-go bin/protoc-gen-openapiv3: pkg/tools/gen/go.mod
	GOWORK=off go build -C pkg/tools/gen -o "$(CURDIR)/bin/" tool

.FORCE:
.PHONY: .FORCE run demo build test race flow drill eval train bench screenshots fuzz lint generate breaking verify ci help
