"""The plain transcript."""

from __future__ import annotations

from ringtrue.domain.utterance import Role, Utterance, as_text


def utterance(role: Role, content: str, generated: str = "") -> Utterance:
    """An utterance without words."""
    return Utterance(role=role, content=content, generated=generated or content, words=(), start_ms=0, end_ms=0)


def test_each_utterance_is_a_line_with_its_speaker() -> None:
    """In order."""
    spoken = [utterance("agent", "Hello."), utterance("user", "[keys 1]"), utterance("transfer_target", "Yes?")]

    assert as_text(spoken) == "Agent: Hello.\nUser: [keys 1]\nTransfer target: Yes?"


def test_what_was_cut_to_nothing_leaves_no_line() -> None:
    """Nobody heard it."""
    assert as_text([utterance("agent", "", "Hello."), utterance("user", "[keys 1]")]) == "User: [keys 1]"


def test_a_call_without_words_has_an_empty_transcript() -> None:
    """Which is text, not null."""
    assert as_text([]) == ""
