"""What words and phrases do to an answer of yes or no: the closed lists behind `polarity`, as tokens without contractions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ringtrue.agents.scripted.words import Tokens, word_set


class Mark(Enum):
    """What a stretch of words does to the answer."""

    YES = "yes"  # says yes
    NO = "no"  # says no
    AFFIRM = "affirm"  # a weak yes: "right", "fine"
    ACK = "ack"  # "okay": a yes alone, nothing before a no
    STATE = "state"  # a statement that affirms: "I will be there"
    DENY = "deny"  # a statement that denies: "I can't make it"
    SUPPORT = "support"  # goes well with a yes, says nothing alone: "no problem"
    HEDGE = "hedge"  # turns all of it into no answer: "maybe", "what", "if"
    TAKE_BACK = "take back"  # what was said before no longer counts: "no wait", "I mean"
    SOFT = "soft"  # may take back: "actually"
    BUT = "but"
    PLAIN = "plain"  # means nothing here
    RISK = "risk"  # a negation of something unknown: nobody can tell
    UNKNOWN = "unknown"


PHRASES: Mapping[Mark, str] = {
    Mark.YES: """
        yes|yeah|yep|yup|yea|ya|yah|yessir|aye|y|affirmative|absolutely|definitely
        certainly|of course|you bet|for sure|by all means
        uh huh|mm hmm|mhm|mmhmm|without a doubt|without doubt|without question|no doubt about it|count me in|most certainly
        most definitely|i do not see why not|see no reason why not|no reason why not|sure why not|yes why not|yeah why not
        okay why not|ok why not|sure thing|you got it|hell yes|hell yeah|why yes
        why of course|please do|very much so|i believe it is""",
    Mark.NO: """
        no|nope|nah|hell no|naw|n|negative|no thank you|no thanks|no can do|no way|no never
        never ever|no chance|not a chance|not really
        not at all|absolutely not|definitely not|certainly not|of course not|sure not
        surely not|no of course not|most certainly not
        by no means|in no way|under no circumstances|not this time|not today|not me|i think not|i guess not|i suppose not
        i am afraid not|afraid not|unfortunately not|sadly not|probably not
        apparently not|unfortunately no|sadly no|uh uh|nuh uh
        i would rather not|rather not|i would prefer not to|i would prefer not
        i prefer not to|better not|i doubt it|i doubt that
        far from it|count me out|wrong number|wrong person|not anymore|not any more|not so|not in the least|not exactly
        not quite|not entirely|not completely|not likely|no longer""",
    Mark.AFFIRM: """
        right|correct|true|sure|fine|good|great|perfect|exactly|indeed|speaking|wonderful
        lovely|excellent|super|cool|agreed|confirmed
        will do|sounds good|sounds great|sounds fine|sounds right|sounds perfect
        sounds like a plan|sounds good to me|good for me
        fine by me|fine with me|okay with me|ok with me|fine for me|ok for me
        okay for me|gladly|with pleasure|my pleasure|happily
        precisely|spot on|quite right|course|quite so|all good|all correct|all right|alright""",
    Mark.ACK: "ok|okay|k|kay|okey dokey",
    Mark.SUPPORT: """
        no problem|no problem at all|no problems|not a problem|not a problem at all
        not any problem|no worries|not to worry|no doubt
        no question|no question about it|no trouble|no trouble at all|no issue|no issues
        no objection|no objections|why not|do not worry
        do not you worry|no complaints|no change|no changes|no need to worry|no rush|no hurry|do not worry about it|no big deal
        it is no problem|that is no problem|it is not a problem|that is not a problem|that will not be a problem|not an issue
        that is not an issue""",
    Mark.HEDGE: """
        if|unless|maybe|perhaps|possibly|probably|depends|depending|depend|might|may
        could|should|whether|or|either|both|neither|none
        what|who|where|when|which|how|why|whose|whom|pardon|repeat|hear|heard|understand|know|guess|suppose|hope|hopefully|wish
        remember|recall|care|mind|decide|decided|undecided|unsure|uncertain|unclear|confused|question|check|checking|ask|asking
        second|minute|moment|sec|robot|try|trying|sometimes|half|partly|partially|almost|nearly|mostly|somewhat|kind of|sort of
        supposed|told|tell|pretend|wonder|wondering|yeah right|yes right|as if|not yet|not sure|not certain|not necessarily
        not always|not only|not just|not until|not before|never mind|nevermind|no idea|no clue|not now|not wrong|until|later
        earlier|sooner|before|after|not bad|not that|think|believe|seem|seems|let me see|let me check|let me think|let me look
        something|anything else|says|mean|meant|joking|kidding|as long as|provided|assuming|yet|bet|interested|like hell
        correct it|correct that|correct this|correct me|correct the|correct my
        you know""",  # recognisers write "you know" for "no" and "yeah no"
    Mark.TAKE_BACK: """
        wait|wait wait|no no wait|wait a minute|wait a second|wait a moment|wait a sec|hold on|hold on a second
        hold on a minute|hang on|hang on a second|i mean|i meant|i meant to say|i mean to say|scratch that
        strike that|correction|make that|make that a|on second thought|on second thoughts|rather
        i take that back|take that back|i changed my mind|i have changed my mind|changed my mind|my mistake|my bad
        let me rephrase|let me correct that|let me correct myself|i misspoke|sorry i mean|sorry i meant|excuse me i meant""",
    Mark.SOFT: "actually|well actually|come to think of it|now that i think of it|in fact",
    Mark.BUT: "but|however|although|though|except|only|sorry but",
    Mark.PLAIN: """
        um|uh|er|erm|ah|hm|hmm|mm|well|please|so|like|hi|hello|hey|thanks|thank you|thank you very much|thank you so much
        thanks a lot|many thanks|oh|oh my|just|really|sir|maam|madam|man|dude|mate|dear|honey|buddy|friend|sorry|i am sorry
        i am so sorry|i am afraid|afraid|excuse me|and|you see|very much|then|there|that|it|this|the|a|of|as well|too
        at all|after all|anyway|anyways|look|listen|see|sadly|unfortunately|i am|honestly|frankly|to be honest|okay so|i said
        i say|i would say|that is a|it is a|that would be a|would be a|it would be a
        my answer is|the answer is|i guess|i suppose
        i think|i believe|from me|i am pretty sure|i am quite sure|i am sure|as far as i know|i have to say|let us say|to me
        for me|by me|with me|with you|have a nice day|goodbye|bye|good morning|good afternoon|good evening|nice to meet you
        for calling|for asking|for the call|for calling me|i can|i can say|today|tomorrow|ever|never""",
}
"""Phrases by what they do, separated by "|" or a line end. The longest that fits wins."""

DENIALS = word_set(
    "not no never nothing nobody none neither nor hardly barely scarcely rarely without cannot unable wrong incorrect false "
    "impossible untrue mistaken nowhere refuse decline"
)
"""What turns a sentence around; where one stands outside a known phrase or statement, nobody can tell what it denies."""

AFTER_NO = word_set(
    "i you he she it we they that this there these those my your our his her their the a an no nope nah not never sorry thanks "
    "thank please sir maam madam man um uh er well but actually wait hold hang can could will would do does did is are am was "
    "because since and yes yeah yep sadly unfortunately absolutely definitely certainly "
    "really afraid scratch make correct ok okay "
    "right sure of on in at as from today tomorrow oh god uh honey dear"
)
"""What may follow a "no" that answers. Before any other word it may be part of it: "no changes", "no reservations"."""

LEANS_YES = word_set(
    "keep keeping still stay come coming attend attending right correct fine good "
    "great works ok okay yes happy glad perfect love "
    "make sure worry concern complaint accurate true available there agree delay matter else better"
)
"""Words that make what follows a "no" doubtful where it is no known statement."""

LEANS_NO = word_set(
    "cancel cancelled canceled cancelling move moved moving change changed another "
    "different instead other otherwise busy sick ill "
    "later postpone reschedule unfortunately sadly kidding joking late early earlier "
    "sooner difficult hard tough problem problems "
    "issue issues trouble conflict conflicts forget forgot miss missed stop quit leave "
    "leaving away call someone somebody person "
    "rather far again remove away afraid sorry fail failed doubt refuse off object delete decline deny false bad worse worst"
)
"""Words that make what follows a "yes" doubtful."""


def _table() -> dict[str, list[tuple[Tokens, Mark]]]:
    table: dict[str, list[tuple[Tokens, Mark]]] = {}
    for mark, text in PHRASES.items():
        for line in text.splitlines():
            for phrase in filter(None, (part.strip() for part in line.split("|"))):
                words = tuple(phrase.split())
                table.setdefault(words[0], []).append((words, mark))
                if mark is Mark.TAKE_BACK and words[0] != "no":
                    table.setdefault("no", []).append((("no", *words), mark))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


BY_FIRST_WORD: Mapping[str, list[tuple[Tokens, Mark]]] = _table()
