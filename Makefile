# `make` alone lists the targets. PRESET=dev|release|sim|asan|tsan chooses the build (CMakePresets.json).
PRESET ?= dev
SEEDS ?= 10000
JOBS ?= $(shell nproc)
# From the command line alone: what the environment has under these names is something else.
IMAGE =
ARCH =
EXAMPLES ?= first-claim shared-path several-classes mariadb-comes-back ingress elasticsearch
CTEST = ctest --preset $(PRESET) --parallel $(JOBS) $(CTEST_FLAGS)
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup packages control-plane chart-tools build program release test unit chart integration sim fuzz asan tsan nfs bench bench-smoke lint format demo soak churn docs image kind-demo e2e examples clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo "PRESET=dev|release|sim|asan|tsan chooses the build (now: $(PRESET)), JOBS=n its parallelism (now: $(JOBS))."

setup: ## Install missing Debian packages, build the test control plane and helm into the cache (once, ~6 minutes)
	@tests/cluster/setup.sh

packages:
	@tests/cluster/setup.sh packages build test

control-plane: packages ## Build the test control plane and helm into the cache (once, ~5 minutes)
	@tests/cluster/setup.sh control-plane
	@tests/cluster/setup.sh helm

build/$(PRESET)/build.ninja: CMakePresets.json CMakeLists.txt | packages
	cmake --preset $(PRESET)

build: packages build/$(PRESET)/build.ninja ## Build everything of PRESET
	cmake --build --preset $(PRESET) --parallel $(JOBS)

program: packages build/$(PRESET)/build.ninja
	cmake --build --preset $(PRESET) --parallel $(JOBS) --target nfs-subdir-provisioner

release: ## Build the optimised, hardened program into build/release
	@$(MAKE) --no-print-directory build PRESET=release

chart-tools:
	@tests/cluster/setup.sh charts

test: control-plane chart-tools build ## Run the unit tests, the chart's, then the integration tests against a real control plane
	@$(CTEST) --label-regex '^unit$$' --no-tests=error
	@$(CTEST) --label-regex '^chart$$' --no-tests=error
	@$(CTEST) $(INTEGRATION_FLAGS) --label-regex '^integration$$'

unit: packages build/$(PRESET)/build.ninja ## Build and run the unit tests alone (seconds)
	cmake --build --preset $(PRESET) --parallel $(JOBS) --target unit_tests
	@$(CTEST) --label-regex '^unit$$' --no-tests=error

chart: chart-tools build ## Check the Helm chart: helm lint, ct lint, schema, what it renders, README (no cluster needed)
	@$(CTEST) --label-regex '^chart$$' --no-tests=error

integration: control-plane build ## Run the integration tests alone
	@$(CTEST) $(INTEGRATION_FLAGS) --label-regex '^integration$$'

sim: packages ## Play SEEDS (10000) histories with faults and crashes in an optimised build (build/sim)
	@test -f build/sim/build.ninja || cmake --preset sim
	@cmake --build --preset sim --parallel $(JOBS) --target simulate
	@build/sim/tests/simulation/simulate --seeds $(SEEDS) --jobs $(JOBS)

fuzz: ## Fuzz what reads other people's texts, FUZZ_SECONDS (60) for each part of tests/fuzz/target.hpp
	@tests/cluster/setup.sh packages build test fuzz
	@tests/fuzz/run.sh build/fuzz $(or $(FUZZ_SECONDS),60) $(JOBS)

asan: ## Build and test under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory test PRESET=asan

tsan: ## Build and test under ThreadSanitizer
	@$(MAKE) --no-print-directory test PRESET=tsan

soak: control-plane build ## Run the long tests: full-size bursts, many kills
	@$(CTEST) --label-regex '^soak$$' --no-tests=error

churn: control-plane build ## Kill the programs of two clusters on one export while CLAIMS=500 come and go for SECONDS_OF_CHURN=600
	@CLAIMS=$${CLAIMS:-500} SECONDS_OF_CHURN=$${SECONDS_OF_CHURN:-600} tests/two_clusters/churn.sh \
	  build/$(PRESET)/provisioner/nfs-subdir-provisioner build/$(PRESET)/tests/two_clusters/churn

nfs: packages build/$(PRESET)/build.ninja ## Run the storage tests, and the options of docs/nfs-server.md, on a real NFS mount (kernel server and client, in user-mode Linux)
	@tests/cluster/setup.sh packages nfs
	cmake --build --preset $(PRESET) --parallel $(JOBS) --target test_nfs_storage nfs-subdir-provisioner
	@tests/nfs/nfs.sh build/$(PRESET)/tests/provisioner/test_nfs_storage || test $$? = 77
	@tests/nfs/nfs.sh tests/nfs/export_options.sh $(CURDIR)/build/$(PRESET)/provisioner/nfs-subdir-provisioner || test $$? = 77
	@tests/nfs/nfs.sh tests/nfs/inner_file_systems.sh $(CURDIR)/build/$(PRESET)/tests/provisioner/test_nfs_storage || test $$? = 77

bench: control-plane ## Measure the program beside a bare writer (PEER=/path: and beside that program), for 40 quiet minutes
	@tests/cluster/setup.sh packages bench
	@tests/bench/bench.sh build/bench $(BENCH_FLAGS)

bench-smoke: control-plane ## Prove in two minutes that `make bench` still runs; its figures mean nothing
	@tests/cluster/setup.sh packages bench
	@tests/bench/bench.sh build/bench-smoke --smoke

lint: ## Check format, clang-tidy (changed files; ALL=1: all), locks, includes, shell scripts, links, workflows
	@tests/cluster/setup.sh packages
	@tests/cluster/setup.sh actionlint
	@tests/lint/lint.sh

format: ## Format all C++ sources in place
	@tests/cluster/setup.sh packages lint
	@git ls-files -z --cached --others --exclude-standard '*.cpp' '*.hpp' | xargs -0 clang-format-16 -i

demo: control-plane program ## Show the whole story on a real control plane, in half a minute
	@PRESET=$(PRESET) tests/demo/demo.sh

docs: ## Build the documents as a site into build/docs, and check their links
	@tests/cluster/setup.sh docs
	@docs/site/build.sh

image: ## Build the container image (no Docker, no registry), run it, and say its size. ARCH=arm64, or ARCH='amd64 arm64' for both
	@docker/image.sh build/image.tar $(ARCH)

kind-demo: ## Tell the story in a cluster of kind with a real NFS server (needs docker, kind, helm, kubectl)
	@docker/kind-demo.sh

e2e: ## Run the main job with real pods (kubelet, containerd), our image and chart; no Docker, no registry
	@tests/e2e/e2e.sh $(IMAGE) || test $$? = 77

examples: ## Play EXAMPLES (all) with real pods and real applications: MariaDB, Elastic's operator, HAProxy; about a minute each, after the image
	@STORIES='$(EXAMPLES)' tests/e2e/e2e.sh $(IMAGE) || test $$? = 77

clean: ## Remove build/ (the cached control plane stays)
	rm -rf build
