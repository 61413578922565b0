# Every routine action has a name here; continuous integration calls the same ones.
MVN ?= mvn -B
# A Python with llama-cpp-python and gguf, for the comparison with the reference.
BENCH_PYTHON ?= python3

.PHONY: build test quick format clean bench bench-kernels

build: ## the runnable program, without tests
	$(MVN) -q -DskipTests package

test: ## everything, real weights included (fetched once as packages, kept outside the repository)
	scripts/fetch-fixtures
	scripts/fetch-browser
	scripts/fetch-emulator
	scripts/fetch-amx-emulator
	$(MVN) verify -Preal

quick: ## all tests that need no download, no browser and no emulator
	$(MVN) verify

format: ## rewrite all Java files with the formatter that the tests check with
	$(MVN) -q verify -Dtest=FormatTest -Dmaque.format=write -Dsurefire.failIfNoSpecifiedTests=false

bench: ## limits, kernels and models beside llama.cpp, some 20 minutes on a calm machine; report in target/bench
	scripts/fetch-fixtures
	$(MVN) -q -DskipTests package
	rm -f cli/target/maque/maque.jar && ./maque --version # built by the launcher, class archive included
	$(BENCH_PYTHON) scripts/bench/report.py --python $(BENCH_PYTHON)

bench-kernels: ## every kernel on every rung, hours
	$(MVN) -q -DskipTests package
	python3 scripts/bench/program.py kernels

clean:
	$(MVN) -q clean
