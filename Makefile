# make demo and make test do all their set-up, with python3 (3.11 to 3.13) and make alone.
.PHONY: demo test bench-media bench-speech setup

PYTHON ?= python3
export PYTHON

demo:
	@tools/setup local
	@.venv/bin/ringtrue demo --out demo-out

test:
	@tools/setup local dev
	@tools/test-peers
	@tools/test

bench-media:
	@tools/setup local dev
	@.venv/bin/python bench/media.py

bench-speech:
	@tools/setup local dev
	@tools/test-peers
	@.venv/bin/ringtrue speech fetch $(or $(MODEL),base)
	@.venv/bin/python bench/speech.py --model $(or $(MODEL),base) $(ARGS)

setup:
	@tools/setup local dev
