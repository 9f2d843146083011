"""The script agent: walks the steps of a project file.

Each reply is computed from the state and the input alone. A step is entered, says its text and either asks, goes on in
the same reply, or ends the call. An answer that is to be read back waits in `pending` until it was affirmed; only then is
it saved, and only what was saved is ever claimed. Silence and unclear answers repeat the question; what is understood
anywhere is tried before the question's own answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from ringtrue.agents.scripted import anywhere, builtin, foresight, prompts, render
from ringtrue.agents.scripted import state as states
from ringtrue.agents.scripted.ending import Ending
from ringtrue.agents.scripted.model import Anywhere, Ask, LoadedProject, Step
from ringtrue.agents.scripted.questions import slot_of
from ringtrue.agents.scripted.readings import SURE_ENOUGH, Hearing
from ringtrue.agents.scripted.schema import is_zone, locale_of
from ringtrue.agents.scripted.slots.slot import Answer, Hint, Slot
from ringtrue.agents.scripted.slots.yes_no import YesNo
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.state import Standing
from ringtrue.agents.scripted.template import Template
from ringtrue.agents.scripted.values import Value
from ringtrue.agents.scripted.variables import check_variables, values_of
from ringtrue.conversation.agent import (
    Act,
    Began,
    DisclosureHeard,
    Expect,
    HangUp,
    Input,
    Keys,
    Outcome,
    SaidAll,
    Say,
    Settled,
    Silence,
    State,
    Words,
)
from ringtrue.conversation.speech import Reading

OfferKeys = Literal["always", "after_unclear"]

# Silence is prompted for twice; the third in a row ends the call, within four times the limit.
_LAST_SILENCE = 3
# A script may go round without asking (a list that is empty again); no sensible one enters as many steps in one reply.
_MOST_STEPS = 50


class ScriptAgent:
    """One project's script bound to one call's data. Raises InvalidInput when the data does not fit the variables."""

    def __init__(
        self,
        project: LoadedProject,
        variables: Mapping[str, object],
        *,
        timezone: str | None,
        now: datetime,
        offer_keys: OfferKeys = "always",
    ) -> None:
        zone = ZoneInfo(timezone if timezone is not None and is_zone(timezone) else project.timezone)
        self._project = project
        self._script = project.script
        self._variables = values_of(project, check_variables(project, variables))
        self._speaker = Speaker(locale=locale_of(project.language), zone=zone, today=now.astimezone(zone).date())
        self._offer_keys = offer_keys
        self._ending = Ending(project, self._variables, self._speaker)

    # --- the port -----------------------------------------------------------------------------------------------

    def reply(self, state: State | None, heard: Input) -> Sequence[Act]:
        """The acts that follow, `Settled` last. Pure."""
        if state is None:
            standing = Standing(step=self._script.start)
            acts, after = self._begin(standing) if isinstance(heard, Began) else self._enter(standing, standing.step)
        else:
            acts, after = self._hear(states.from_json(state), heard)
        return (*acts, Settled(state=states.to_json(after)))

    def is_whole(self, state: State | None, text: str) -> bool:
        """Whether these words answer the question in full."""
        hearing = self._waiting(state)
        return hearing is not None and hearing.is_whole(text)

    def preferred(self, state: State | None, readings: Sequence[Reading]) -> int:
        """The first, unless another makes an answer and it does not."""
        hearing = self._waiting(state)
        return 0 if hearing is None else hearing.preferred(readings)

    def foreseen(self, state: State | None) -> Sequence[Say]:
        """What would be said first after the likeliest answers."""
        return () if state is None else foresight.foreseen(self, state)

    def outcome(self, state: State | None) -> Outcome | None:
        """What can be claimed if the party left now: affirmed values only, and success only at an end."""
        return None if state is None else self._ending.outcome(states.from_json(state))

    def voicemail_message(self) -> Say | None:
        """What to leave on a machine; None where the project hangs up."""
        message = self._project.voicemail.message
        return None if message is None else self._say(message, {})

    # --- hearing ------------------------------------------------------------------------------------------------

    def _begin(self, standing: Standing) -> tuple[list[Act], Standing]:
        acts: list[Act] = []
        if self._project.disclosure is not None:
            acts.append(replace(self._say(self._project.disclosure, {}), interruptible=False, disclosure=True))
        entered, after = self._enter(standing, standing.step)
        return acts + entered, after

    def _hear(self, standing: Standing, heard: Input) -> tuple[list[Act], Standing]:
        if isinstance(heard, DisclosureHeard):
            standing = replace(standing, disclosure_heard=heard.in_full)
        if standing.phase == "done":
            return [], standing
        step, ask = self._asking(standing)
        match heard:
            case Words() | Keys():
                return self._answer(standing, step, ask, heard)
            case Silence():
                return self._silence(standing, step, ask, heard.count)
            case Began() | SaidAll() | DisclosureHeard():
                return [self._expect(standing, step, ask)], standing
        assert_never(heard)

    def _waiting(self, state: State | None) -> Hearing | None:
        """The question that waits, None where nothing does."""
        if state is None or (standing := states.from_json(state)).phase == "done":
            return None
        step, ask = self._asking(standing)
        return self._hearing(standing, ask, self._slot(standing, step, ask))

    def _hearing(self, standing: Standing, ask: Ask, slot: Slot) -> Hearing:
        is_text = ask.kind == "text" and standing.phase == "ask"
        return Hearing(slot=slot, entries=self._script.anywhere, is_text=is_text)

    def _asking(self, standing: Standing) -> tuple[Step, Ask]:
        step = self._script.steps[standing.step]
        if step.ask is None:
            raise ValueError(f"the state waits at {standing.step!r}, which asks nothing")
        return step, step.ask

    def _answer(self, standing: Standing, step: Step, ask: Ask, heard: Words | Keys) -> tuple[list[Act], Standing]:
        slot = self._slot(standing, step, ask)
        if isinstance(heard, Words) and heard.confidence < SURE_ENOUGH:
            return self._not_understood(standing, step, ask, "unclear")
        entry = self._anywhere(standing, ask, slot, heard)
        evidence = _evidence(heard, is_secret=ask.sensitive and entry is None and standing.phase == "ask")
        if entry is not None:
            after = replace(standing, pending=None, unclear=0, evidence=evidence, opt_out=standing.opt_out or entry.opts_out)
            return self._enter(after, entry.next)
        result = slot.hear(heard.text) if isinstance(heard, Words) else slot.press(heard.digits)
        if not isinstance(result, Answer):
            return self._not_understood(standing, step, ask, result.hint)
        if isinstance(heard, Words) and result.score * heard.confidence < SURE_ENOUGH:
            return self._not_understood(standing, step, ask, "unclear")
        if standing.phase == "read_back":
            return self._read_back_answered(standing, step, result)
        return self._answered(standing, step, result, evidence)

    def _anywhere(self, standing: Standing, ask: Ask, slot: Slot, heard: Words | Keys) -> Anywhere | None:
        entries = self._script.anywhere
        if isinstance(heard, Words):
            return self._hearing(standing, ask, slot).entry(heard.text)
        return None if isinstance(slot.press(heard.digits), Answer) else anywhere.pressed(entries, heard.digits)

    def _answered(self, standing: Standing, step: Step, answer: Answer, evidence: str) -> tuple[list[Act], Standing]:
        value = None if answer.value is None else replace(answer.value, heard=evidence)
        answer = Answer(name=answer.name, value=value)
        after = replace(standing, pending=answer, unclear=0, evidence=evidence)
        if step.read_back is None or value is None:
            return self._affirmed(after, step, answer)
        after = replace(after, phase="read_back")
        return self._question(after, step), after

    def _read_back_answered(self, standing: Standing, step: Step, said: Answer) -> tuple[list[Act], Standing]:
        if said.name == "yes" and standing.pending is not None:
            return self._affirmed(standing, step, standing.pending)
        after = replace(standing, phase="ask", pending=None, unclear=0, evidence=None)
        return self._question(after, step), after

    def _affirmed(self, standing: Standing, step: Step, answer: Answer) -> tuple[list[Act], Standing]:
        saved = dict(standing.saved)
        acts: list[Act] = []
        if step.save is not None:
            saved.pop(step.save, None)
            if answer.value is not None:
                saved[step.save] = answer.value
                acts.extend(self._ending.filled(step.save, answer.value))
        to = step.next.get(answer.name) or step.next["any"]
        entered, after = self._enter(replace(standing, saved=saved, pending=None, unclear=0), to)
        return acts + entered, after

    # --- when it goes wrong -------------------------------------------------------------------------------------

    def _not_understood(self, standing: Standing, step: Step, ask: Ask, why: Hint) -> tuple[list[Act], Standing]:
        unclear = self._script.unclear
        after = replace(standing, unclear=standing.unclear + 1)
        if after.unclear <= unclear.times:
            sorry = prompts.hint(why) or self._say(unclear.say[min(after.unclear, len(unclear.say)) - 1], {})
            return [sorry, *self._question(after, step)], after
        if after.unclear == unclear.times + 1 and unclear.then == "keypad":
            question = self._question(after, step)
            others = prompts.anywhere(self._offered_anywhere(self._slot(after, step, ask)))
            return [prompts.fixed(prompts.USE_KEYS), *question[:-1], *([others] if others else []), question[-1]], after
        return self._enter(replace(after, pending=None, unclear=0), unclear.give_up)

    def _silence(self, standing: Standing, step: Step, ask: Ask, count: int) -> tuple[list[Act], Standing]:
        if count >= _LAST_SILENCE:
            after = replace(standing, phase="done", pending=None)
            return [HangUp(outcome=self._ending.outcome(after), reason="inactivity")], after
        return [prompts.fixed(builtin.STILL_THERE), *self._question(standing, step)], standing

    # --- speaking -----------------------------------------------------------------------------------------------

    def _enter(self, standing: Standing, name: str) -> tuple[list[Act], Standing]:
        acts: list[Act] = []
        for _ in range(_MOST_STEPS):
            step = self._script.steps[name]
            standing = replace(standing, step=name, phase="ask", unclear=0)
            if step.end is not None:
                acts.append(self._say(step.say, standing.saved))
                done, standing = self._ending.end(standing, step.end)
                return acts + done, standing
            if step.ask is not None and not self._is_empty(step.ask):
                return acts + self._question(standing, step), standing
            if step.goto is not None:
                acts.append(self._say(step.say, standing.saved))
            # A choice from a list that is empty is answered before it is asked.
            name = step.goto or step.next.get("none") or step.next["any"]
        standing = replace(standing, phase="done")
        return [*acts, HangUp(outcome=self._ending.outcome(standing))], standing

    def _is_empty(self, ask: Ask) -> bool:
        return ask.source is not None and not self._variables[ask.source]

    def _question(self, standing: Standing, step: Step) -> list[Act]:
        """The question, its keys and what may come: always `Expect` last."""
        ask = step.ask
        if ask is None:
            raise ValueError(f"the step {step.name!r} asks nothing")
        is_read_back = standing.phase == "read_back" and step.read_back is not None
        text = step.read_back if is_read_back and step.read_back is not None else step.say
        acts: list[Act] = [self._say(text, self._scope(standing, step))]
        if self._offer_keys == "always" or standing.unclear > self._script.unclear.times:
            offered = prompts.offer(self._slot(standing, step, ask), is_fixed=is_read_back or ask.source is None)
            acts += [offered] if offered is not None else []
        return [*acts, self._expect(standing, step, ask)]

    def _expect(self, standing: Standing, step: Step, ask: Ask) -> Expect:
        slot = self._slot(standing, step, ask)
        is_read_back = standing.phase == "read_back"
        # Keys of a menu and keys understood anywhere stand side by side; among typed digits, 0 is a digit first.
        others = tuple(entry.key for entry in self._offered_anywhere(slot) if entry.key) if slot.is_menu else ()
        return Expect(
            kind="yes_no" if is_read_back else ask.kind,
            whole_keys=slot.keys.whole_keys + others,
            max_digits=slot.keys.max_digits,
            terminator=slot.keys.terminator,
            sensitive=ask.sensitive and not is_read_back,
            phrases=slot.phrases,
            options=slot.options,
            silence_ms=self._project.limits.silence // timedelta(milliseconds=1),
        )

    def _offered_anywhere(self, slot: Slot) -> list[Anywhere]:
        return [entry for entry in self._script.anywhere if entry.key and entry.key not in slot.keys.whole_keys]

    def _slot(self, standing: Standing, step: Step, ask: Ask) -> Slot:
        return (
            YesNo()
            if standing.phase == "read_back"
            else slot_of(step, ask, self._variables | dict(standing.saved), self._speaker)
        )

    def _scope(self, standing: Standing, step: Step) -> Mapping[str, Value]:
        pending = standing.pending
        if standing.phase != "read_back" or step.save is None or pending is None or pending.value is None:
            return standing.saved
        return {**standing.saved, step.save: pending.value}

    def _say(self, template: Template, saved: Mapping[str, Value]) -> Say:
        spans = render.spans(template, self._variables | dict(saved), self._speaker)
        return Say(spans=spans, fixed=template.is_fixed)


def _evidence(heard: Words | Keys, *, is_secret: bool) -> str:
    if isinstance(heard, Keys):
        return "[keys ***]" if is_secret else f"[keys {' '.join(heard.digits)}]"
    return "****" if is_secret else heard.text
