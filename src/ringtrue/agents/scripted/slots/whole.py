"""Whether words may end here: nobody stops at "but", at "the" or at a name's title."""

from __future__ import annotations

from ringtrue.agents.scripted.words import tokens, word_set

_GOES_ON = word_set(
    "but and or because cause so if unless though although except only when while since "
    "until as that wait actually well um uh er erm "
    "hm hmm the a an my your our his her this these those of to at on in by for with from about is are was were be i we it "
    "doctor dr mr mrs ms miss not do does can will would could should hold let mean like then than plus make number "
    "option next half quarter double triple last sorry way"  # "no way" is what recognisers make of "no wait"
)


def may_end(text: str) -> bool:
    """Whether nothing in the words asks for more."""
    said = tokens(text)
    return bool(said) and said[-1] not in _GOES_ON and not text.rstrip().endswith((",", "-", "…", "..."))
