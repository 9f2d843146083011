# make demo and make test do all their set-up, with python3 (3.11 to 3.13) and make alone.
.PHONY: demo test fuzz test-keys bench-api bench-lists bench-media bench-overlaps bench-speech bench-turn setup

PYTHON ?= python3
export PYTHON

demo:
	@tools/setup local
	@.venv/bin/ringtrue demo --out demo-out

test:
	@tools/setup local dev
	@tools/test-peers
	@tools/test

# By chance anew each time; a run is repeated with SEED=..., lengthened with MAX_EXAMPLES=...
fuzz:
	@tools/setup local dev
	@tools/fuzz-api

# A thousand keys sent five times each to a server that is killed among them; make test runs a hundred.
test-keys:
	@tools/setup local dev
	@RINGTRUE_TEST_KEYS=$(or $(KEYS),1000) .venv/bin/python -m pytest -s tests/system/test_keys_and_crashes.py

bench-api:
	@tools/setup local dev
	@.venv/bin/python bench/api.py

bench-lists:
	@tools/setup local dev
	@.venv/bin/python bench/lists.py

bench-media:
	@tools/setup local dev
	@.venv/bin/python bench/media.py

bench-overlaps:
	@tools/setup local dev
	@tools/test-peers
	@.venv/bin/python bench/overlaps.py

# Options by BENCH, for example: make bench-turn BENCH="--quick --model tiny.en"
bench-turn:
	@tools/setup local dev
	@tools/setup-pipecat
	@.venv/bin/python bench/turns.py $(BENCH)

bench-speech:
	@tools/setup local dev
	@tools/test-peers
	@.venv/bin/ringtrue speech fetch $(or $(MODEL),base)
	@.venv/bin/python bench/speech.py --model $(or $(MODEL),base) $(ARGS)

setup:
	@tools/setup local dev
