"""A small project file, and the mistakes of what is made of it."""

from __future__ import annotations

from ringtrue.agents.scripted.load import load
from ringtrue.errors import ProjectFault, ProjectInvalid

SMALL = """\
name: small
language: en-US
timezone: UTC
variables:
  who: {type: string}
  days: {type: list, of: date}
  code: {type: string, sensitive: true}
agent:
  type: script
  start: one
  steps:
    one:
      say: "Hello {{ who }}?"
      ask: {type: yes_no}
      save: first
      next: {yes: two, no: bye}
    two:
      say: "Which?"
      ask:
        type: choice
        options:
          tea:    {phrases: ["tea"], key: 1, read: "have tea"}
          coffee: {phrases: ["coffee"], key: 2}
      save: drink
      read_back: "{{ drink.read }}?"
      next: {tea: bye, coffee: bye}
    bye: {say: "Bye.", end: {successful: true, fields: {outcome: done}}}
limits: {ring: 20s}
analysis:
  fields:
    outcome: {type: enum, choices: [done, opted_out], required: true}
tests:
  - name: no
    with: {who: Anna, days: [], code: "1"}
    turns: ["no"]
    expect: {end: bye, fields: {outcome: done}}
"""


def faults_of(text: str) -> tuple[ProjectFault, ...]:
    """The mistakes of a text, none when it loads."""
    try:
        load(text)
    except ProjectInvalid as exc:
        return exc.faults
    return ()
