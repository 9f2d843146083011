"""Short statements that answer a question of yes or no: "I will be there", "that isn't right", "I don't think I can".

A closed grammar: subject, auxiliary, negation, what is affirmed. What it does not know it leaves alone: a negation before an
unknown word ("I won't forget") may mean either.
"""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.agents.scripted.slots.polarity_words import Mark
from ringtrue.agents.scripted.words import Tokens, word_set


def _phrases(text: str) -> tuple[Tokens, ...]:
    return tuple(
        sorted((tuple(part.split()) for part in text.replace("\n", "|").split("|") if part.strip()), key=len, reverse=True)
    )


_LEADS = _phrases(
    """i think|i believe|i guess|i suppose|i would say|i am afraid|i am sure|i am pretty sure|i am quite sure|i can confirm
    unfortunately|sadly|regrettably|apparently|i am sorry|sorry|as far as i know|looks like|it looks like|obviously|clearly"""
)
_DENYING_LEADS = _phrases(
    """i do not think|i do not believe|i do not suppose|i would not say|i would not think|do not think|do not believe
    we do not think|i do not really think"""
)
_SUBJECTS = _phrases(
    "i|we|he|she|it|that|this|they|you|everything|all of that|it all|that all|all of it|that time|that day|that one|that date"
)
_AUXILIARIES = word_set("am is are was were will would can do does did have has had shall could")
_ADVERBS = word_set(
    "really definitely certainly absolutely actually indeed still surely also totally "
    "completely quite very gladly happily fully "
    "perfectly exactly entirely possibly unfortunately sadly even currently"
)
_NOT = word_set("not never")
_LINKS = _phrases("be|been|being|going to|going|able to|planning to|planning on|have|to be")
_AFFIRMED = _phrases(
    """come|coming|be there|there|make it|making it|attend|attending|do that|do it|do this|doing that|doing it|right|correct|true
    accurate|me|him|her|he|she|speaking|work|works|working|suit|suits|okay|ok|alright
    all right|able|possible|happy to|glad to|so
    agree|confirm|want to|want that|want it|like to|love to|like that|be happy to|be glad to|the case|acceptable|convenient
    make that|come in|coming in|make it there|get there|go|want to come|like to come
    love to come|happy to come|be coming|keep it
    my name|my number|my date of birth|the right person|the right number|the right one|who i am|keep that|for me|come along"""
)
_AFFIRMED_OF_THINGS = _phrases("fine|good|great|perfect|wonderful|lovely|excellent|good enough|ideal")
_DENIED = _phrases(
    "wrong|incorrect|false|mistaken|unable|unable to|impossible|untrue|inaccurate|the "
    "wrong number|the wrong person|out of the question"
)
_COMPLETE = {
    **dict.fromkeys(
        _phrases(
            """that works|it works|works|works for me|suits me|that suits me|i agree|i confirm|i accept|i would love to
            i would like to
            i would be happy to|i would be glad to|i would be delighted to|would love to
            i am happy to|i am fine with that|i am okay with that
            i am ok with that|i am good with that|i can not wait|can not wait|i would not miss it|would not miss it
            i will not miss it|i would not miss it for the world|would not miss it for the world|i would not want to miss it
            this is she|this is he|this is me|this is him|this is her|you are right|you are correct|i plan to|i intend to
            i am planning to|i am planning on it|i plan on it|planning on it|i will come|see you then|see you there|i want to
            could not be better|it could not be better|could not agree more
            i could not agree more|i am coming|be there|will be there
            i am in|i am on board|i will take it|i will be right there|i would be delighted"""
        ),
        Mark.STATE,
    ),
    **dict.fromkeys(
        _phrases(
            """you have the wrong number|you have got the wrong number|you got the wrong number|you have the wrong person
            you got the wrong person|i have to cancel|i need to cancel|there is no way|that does not suit me|you have it wrong
            you got it wrong|you got that wrong|i have to decline|i must decline
            i need to decline|i am going to pass|i will pass
            that is not my name|i refuse|that is not me|can not come|can not make it
            can not do it|can not do that|i can not come"""
        ),
        Mark.DENY,
    ),
}
_LONGEST_COMPLETE = max(map(len, _COMPLETE))


def statement(words: Sequence[str], at: int, stop: int) -> tuple[Mark, int] | None:
    """What the statement that begins at `at` means and where it ends; None where "
    "none is known. `stop` is a pause or the end."""
    known = (parse(words, at, stop) for parse in (_complete, _subjectless, _sentence))
    longest = max((one for one in known if one is not None), key=lambda one: one[1], default=None)
    if longest is not None and longest[0] is Mark.DENY and longest[1] < stop and words[longest[1]] == "either":
        return Mark.DENY, longest[1] + 1
    return longest


def _complete(words: Sequence[str], at: int, stop: int) -> tuple[Mark, int] | None:
    for size in range(min(_LONGEST_COMPLETE, stop - at), 0, -1):
        mark = _COMPLETE.get(tuple(words[at : at + size]))
        if mark is not None:
            return mark, at + size
    return None


def _subjectless(words: Sequence[str], at: int, stop: int) -> tuple[Mark, int] | None:
    """ "Not right", "not coming", "wrong", "can't make it", "will not work"."""
    denied = _one_of(_DENIED, words, at, stop)
    if denied:
        return Mark.DENY, denied
    index = at + 1 if words[at] in _AUXILIARIES else at
    if index < stop and words[index] == "not":
        index = _after_links(words, _after_adverbs(words, index + 1, stop), stop)
        end = _one_of(_AFFIRMED, words, index, stop) or _one_of(_AFFIRMED_OF_THINGS, words, index, stop)
        if end:
            return Mark.DENY, end
    return None


def _sentence(words: Sequence[str], at: int, stop: int) -> tuple[Mark, int] | None:
    """Lead, subject, auxiliary, negation and what is affirmed; an odd count of negations denies, two of them say nothing."""
    denying = _one_of(_DENYING_LEADS, words, at, stop)
    lead = denying or _one_of(_LEADS, words, at, stop)
    if lead and lead < stop and words[lead] == "so":
        return (Mark.DENY if denying else Mark.STATE), lead + 1
    denials = 1 if denying else 0
    # "I think that I can" and "I think that is right".
    starts = (lead, lead + 1) if lead and lead < stop and words[lead] == "that" else (lead or at,)
    return next((found for start in starts if (found := _clause(words, start, stop, denials)) is not None), None)


def _clause(words: Sequence[str], at: int, stop: int, denials: int) -> tuple[Mark, int] | None:
    end = _one_of(_SUBJECTS, words, at, stop)
    if not end:
        return None
    index = end + 1 if end < stop and words[end] == "sure" else _after_adverbs(words, end, stop)
    if index >= stop or words[index] not in _AUXILIARIES:
        return None
    auxiliary = words[index]
    index = _after_adverbs(words, index + 1, stop)
    if index < stop and words[index] in _NOT:
        denials, index = denials + 1, _after_adverbs(words, index + 1, stop)
    elif auxiliary == "could":
        return None
    if auxiliary == "would" and index < stop and words[index] == "have":
        # What would have been is not what is.
        return Mark.RISK, index + 1
    return _affirmed(words, (index, end), stop, denials)


def _affirmed(words: Sequence[str], span: tuple[int, int], stop: int, denials: int) -> tuple[Mark, int] | None:
    index, after_subject = span
    linked = _after_links(words, index, stop)
    is_of_thing = words[after_subject - 1] not in ("i", "we", "you")
    things = _AFFIRMED_OF_THINGS if is_of_thing else ()
    denied = _one_of(_DENIED, words, linked, stop)
    end = denied or next(
        (
            found
            for start in (linked, index)
            for found in (_one_of(_AFFIRMED, words, start, stop), _one_of(things, words, start, stop))
            if found
        ),
        0,
    )
    if not end and index == linked and (index >= stop or words[index] in _ENDING):
        # "I can't", "it is": nothing follows that could change what is meant.
        end = index
    if not end:
        return None
    if denied:
        denials, end = denials + 1, _one_of(_AFFIRMED, words, denied, stop) or denied
    if denials > 1:
        return Mark.RISK, end
    return (Mark.DENY if denials else Mark.STATE), end


_ENDING = word_set("and but sorry thanks thank please because since today tomorrow then either anymore sir maam actually at on")


def _after_adverbs(words: Sequence[str], at: int, stop: int) -> int:
    while at < stop and words[at] in _ADVERBS:
        at += 1
    return at


def _after_links(words: Sequence[str], at: int, stop: int) -> int:
    while at < stop:
        end = _one_of(_LINKS, words, at, stop)
        if not end:
            break
        at = _after_adverbs(words, end, stop)
    return at


def _one_of(phrases: Sequence[Tokens], words: Sequence[str], at: int, stop: int) -> int:
    """Where the longest of the phrases that stands here ends; 0 where none does."""
    for phrase in phrases:
        end = at + len(phrase)
        if end <= stop and tuple(words[at:end]) == phrase:
            return end
    return 0
