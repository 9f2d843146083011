"""Where calls get their agents from: the pinned version of their project, bound to their own frozen data."""

from __future__ import annotations

import json
from datetime import datetime

from ringtrue.agents.files import agent_for, loaded
from ringtrue.agents.scripted.agent import OfferKeys
from ringtrue.agents.scripted.model import LoadedProject
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call, Direction
from ringtrue.errors import NotFound
from ringtrue.worker.phone_call import Script


class VersionScripts:
    """Scripts from the versions table. Where callees are heard, keys are offered only to those who were not understood."""

    def __init__(self, voice: str, *, hears: bool) -> None:
        self._voice = voice
        self._offer_keys: OfferKeys = "after_unclear" if hears else "always"

    def script_for(self, tx: Tx, call: Call) -> Script:
        """The script of the call's pinned version. Raises RingtrueError when it cannot be spoken with this data."""
        version = tx.version(call.version_id)
        if version is None:
            raise NotFound("The call's project version is gone.")
        project = loaded(version.yaml)
        data = json.loads(call.json_data)
        if call.direction is Direction.INBOUND:
            data = {**_examples(project), **data}
        at: datetime = call.created_at
        agent = agent_for(version.yaml, json.dumps(data), call.timezone, at, offer_keys=self._offer_keys)
        return Script(
            agent=agent,
            voice=self._voice,
            recording=project.recording,
            total=project.limits.total,
            language=project.language,
            message=agent.voicemail_message(),
        )


def _examples(project: LoadedProject) -> dict[str, object]:
    """What an inbound call says where its project wants data that nobody sent: the examples of the project's author."""
    return {
        name: variable.example
        for name, variable in project.variables.items()
        if variable.has_example and not variable.has_default
    }
