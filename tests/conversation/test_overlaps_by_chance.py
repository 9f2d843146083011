"""Whatever a voice says into whatever the agent says, the record is what sounded and the agent is never at a loss."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.agents.files import agent_for, example
from ringtrue.conversation import turns
from ringtrue.conversation.policies.barge_in import WAIT_MS
from ringtrue.domain.utterance import Word
from ringtrue.testing.clock import START
from ringtrue.testing.turns import BlockTalk, replayed

from .keyed_calls import check_record
from .spoken_calls import ANNA

SAID = st.sampled_from(
    ["", "Okay.", "Yes.", "No.", "Wait.", "Yes, I will be there.", "I was thinking that", "um", "The second one.", "Who is this?"]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(SAID, st.integers(5, 90), st.integers(0, 40)),  # words, blocks of voice, blocks of quiet behind
        st.tuples(st.none(), st.integers(1, 200), st.just(0)),
    ),
    max_size=10,
)


class Taped(BlockTalk):
    """A talk that keeps which blocks the agent's voice was in."""

    def __init__(self, *, greets_first: bool) -> None:
        self.sounded: list[bool] = []
        answered = turns.Answered(hears=True, greets_first=greets_first)
        super().__init__(agent_for(example(), json.dumps(ANNA), None, START, offer_keys="after_unclear"), answered=answered)

    def _block(self) -> None:
        self.sounded.append(self.says_now)
        super()._block()

    def sounds(self, word: Word) -> list[bool]:
        """Whether its first block and each that is wholly of it has the agent's voice."""
        return self.sounded[word.start_ms // 20 : max(word.end_ms // 20, word.start_ms // 20 + 1)]


@settings(max_examples=120)
@given(steps=STEPS, greets_first=st.booleans(), confidence=st.sampled_from([0.4, 0.9]), late=st.integers(10, 60))
def test_whatever_is_said_into_it(
    steps: list[tuple[str | None, int, int]], greets_first: bool, confidence: float, late: int
) -> None:
    """Words lie where they sounded, in order, and none but the first of an utterance has a hush in it; no hush lasts; who then
    says nothing is hung up on; the log replays."""
    talk = Taped(greets_first=greets_first)
    for text, voiced, quiet in steps:
        if text is None:
            talk.pass_ms(voiced * 20)
        else:
            talk.says(text, ms=voiced * 20, then_ms=quiet * 20, confidence=confidence, known_after_ms=late * 20)
    talk.until_over()
    talk.leave()

    check_record(talk.transcript, crossed_ms=120)
    for one in talk.transcript:
        if one.role == "agent":
            assert all(any(talk.sounds(word)) for word in one.words[:1]), one
            assert all(all(talk.sounds(word)) for word in one.words[1:]), one
    assert _longest_hush(talk) <= WAIT_MS + 20
    assert replayed(talk.log) == talk.acts


def _longest_hush(talk: BlockTalk) -> int:
    """The longest that the agent kept back what it had to say, in ms."""
    machine = type(talk.machine)(rate_hz=talk.rate_hz)
    longest, since = 0, None
    for line, happened in talk.log:
        for act in machine.feed(line, happened):
            if isinstance(act, turns.Hush):
                since = int(line.at)
            elif isinstance(act, turns.GoOn | turns.Flush) and since is not None:
                longest, since = max(longest, int(line.at) - since), None
    return longest * 1000 // talk.rate_hz
