# Everything here needs nothing but Go and make.
# `make check` is what CI runs.

GO       ?= go
FUZZTIME ?= 5s

# Packages with tests that can rewrite their goldens (go test -update).
GOLDEN_PACKAGES = $(shell grep -rl --include='*_test.go' 'flag.Bool.*"update"' . | xargs -n 1 dirname | sort -u)
# Tests that kill or break what they try at every instant, and random mixes of
# that. They are for make crash; without -skip, go test has them, too.
SWEEPS          = ^(TestKilled|TestFaults|TestTwoProcesses)
SWEEPS_PACKAGES = ./internal/cli ./internal/journal
# Long tests of which the race detector has a part. make crash runs them whole, too.
LONG            = ^Test(Conformance|ObjectsComeAndGo|DriftMonth|DriftConformance|OddLicenses|VerifyIsRight|Docs)$$
SOURCES         = $(shell git ls-files '*.go' 2>/dev/null || find . -name '*.go')

.PHONY: build demo test race crash lint fmt vet staticcheck vuln fuzz bench golden fresh unchanged check

# lcsync version tells the commit, also where GOFLAGS switches that off. Where git
# cannot read the commit, Go would refuse to build.
build:
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=$$(git rev-parse HEAD >/dev/null 2>&1 && echo auto || echo false) -o bin/lcsync .

# The whole story on an embedded license; no account needed.
demo: build
	./bin/lcsync demo

test:
	$(GO) test -skip '$(SWEEPS)' ./...

# The race detector links with a C compiler; where there is none, the tests
# run without it and say so. Of the sweeps it has a part.
race:
	@if command -v "$$($(GO) env CC)" >/dev/null; then \
		echo "$(GO) test -race ./..."; CGO_ENABLED=1 $(GO) test -race -timeout 30m ./...; \
	else \
		echo "race: no C compiler, testing without the race detector"; $(MAKE) --no-print-directory test; \
	fi

# Kills and faults at every instant of an apply, with the count of cases.
crash:
	@mkdir -p bin; code=0; $(GO) test -count=1 -v -timeout 30m -run '$(SWEEPS)|$(LONG)' $(SWEEPS_PACKAGES) > bin/crash.txt 2>&1 || code=$$?; \
	grep -E '_test.go:|^(---|ok|FAIL)' bin/crash.txt; exit $$code

lint: fmt vet staticcheck

fmt:
	@test -z "$$(gofmt -l $(SOURCES))" || { echo "gofmt would change:"; gofmt -l $(SOURCES); exit 1; }

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

# Known holes in what we depend on. The database is on the net: without it
# there is nothing to say, which is not a failure.
vuln:
	@mkdir -p bin; $(GO) tool govulncheck ./... > bin/vuln.txt 2>&1; code=$$?; \
	case $$code in \
	0) echo "govulncheck: nothing known" ;; \
	3) cat bin/vuln.txt; exit 1 ;; \
	*) echo "govulncheck: skipped, it could not run: $$(tail -n 1 bin/vuln.txt)" ;; \
	esac

# Every fuzz target for FUZZTIME. A run that ends in the middle of an input may
# fail for its deadline alone (go.dev/issue/75804, mended in Go 1.27): that is tried once more.
fuzz:
	@set -e; mkdir -p bin; for pkg in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -r -n 1 dirname | sort -u); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "fuzz $$pkg $$target $(FUZZTIME)"; \
			run() { $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg > bin/fuzz.txt 2>&1; }; \
			if ! run && ! { grep -q 'context deadline exceeded' bin/fuzz.txt && ! grep -q 'Failing input' bin/fuzz.txt && run; }; then \
				cat bin/fuzz.txt; exit 1; \
			fi; \
			tail -n 1 bin/fuzz.txt; \
		done; \
	done

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Rewrites the goldens from what the program does now. Look at the difference
# before committing it.
golden:
	$(if $(GOLDEN_PACKAGES),$(GO) test -skip '$(SWEEPS)' $(GOLDEN_PACKAGES) -update)

# Goldens must be what the program prints. The tests compare every golden, so that
# check only looks at what a test may have left behind; fresh also rewrites them.
fresh: golden unchanged

unchanged:
	@git diff --exit-code --stat -- docs testdata examples ':(glob)internal/**/testdata/**'

# The race detector and the sweeps leave processors idle in turns, so they run
# side by side.
check: build lint
	@$(MAKE) --no-print-directory -j2 --output-sync=target race crash
	@$(MAKE) --no-print-directory unchanged vuln fuzz
	./bin/lcsync version
	@if ./bin/lcsync help | grep -q '^  demo '; then $(MAKE) --no-print-directory demo; fi
	@echo "check: all is well"
