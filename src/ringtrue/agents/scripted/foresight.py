"""What an agent would say first after the likeliest answers. Pure: it is asked as it will be asked for real."""

from __future__ import annotations

from ringtrue.conversation.agent import Agent, Expect, Keys, SaidAll, Say, State

_MOST = 2  # each costs the voice a first clause, and one of them is needed
_SOME_KEY = "1"


def foreseen(agent: Agent, state: State) -> tuple[Say, ...]:
    """After the first keys of a menu, which stand for its answers, and after free words; other answers are in what follows."""
    expect = next((act for act in agent.reply(state, SaidAll()) if isinstance(act, Expect)), None)
    if expect is None:
        return ()
    replies = (agent.reply(state, Keys(digits=key)) for key in _likely(expect))
    firsts = (next((act for act in acts if isinstance(act, Say)), None) for acts in replies)
    return tuple(dict.fromkeys(say for say in firsts if say is not None))


def _likely(expect: Expect) -> tuple[str, ...]:
    if expect.kind in ("yes_no", "choice"):
        return expect.whole_keys[:_MOST]
    return (_SOME_KEY,) if expect.kind == "text" else ()
