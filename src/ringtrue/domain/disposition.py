"""Why a call ended: the closed list, each with the terminal status in whose column it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    """The public `disconnection_reason`."""

    USER_HANGUP = "user_hangup"
    AGENT_HANGUP = "agent_hangup"
    CALL_TRANSFER = "call_transfer"
    VOICEMAIL_REACHED = "voicemail_reached"
    IVR_REACHED = "ivr_reached"
    INACTIVITY = "inactivity"
    MAX_DURATION_REACHED = "max_duration_reached"
    DIAL_BUSY = "dial_busy"
    DIAL_NO_ANSWER = "dial_no_answer"
    USER_DECLINED = "user_declined"
    INVALID_DESTINATION = "invalid_destination"
    CANCELLED = "cancelled"
    MANUAL_STOPPED = "manual_stopped"

    DIAL_FAILED = "dial_failed"
    TELEPHONY_PROVIDER_UNAVAILABLE = "telephony_provider_unavailable"
    TELEPHONY_PROVIDER_PERMISSION_DENIED = "telephony_provider_permission_denied"
    SIP_ROUTING_ERROR = "sip_routing_error"
    MARKED_AS_SPAM = "marked_as_spam"
    CONCURRENCY_LIMIT_REACHED = "concurrency_limit_reached"
    SCHEDULE_MISSED = "schedule_missed"
    POLICY_REFUSED = "policy_refused"
    ERROR_USER_NOT_JOINED = "error_user_not_joined"
    ERROR_NO_AUDIO_RECEIVED = "error_no_audio_received"
    ERROR_ASR = "error_asr"
    ERROR_LLM = "error_llm"
    ERROR_TTS = "error_tts"
    ERROR_WORKER_LOST = "error_worker_lost"
    ERROR_UNKNOWN = "error_unknown"

    @property
    def is_error(self) -> bool:
        """Whether the attempt was not delivered or broke (status `error`); else somebody or a rule decided (`ended`)."""
        return self not in _ENDED


_ENDED = frozenset(
    {
        Disposition.USER_HANGUP,
        Disposition.AGENT_HANGUP,
        Disposition.CALL_TRANSFER,
        Disposition.VOICEMAIL_REACHED,
        Disposition.IVR_REACHED,
        Disposition.INACTIVITY,
        Disposition.MAX_DURATION_REACHED,
        Disposition.DIAL_BUSY,
        Disposition.DIAL_NO_ANSWER,
        Disposition.USER_DECLINED,
        Disposition.INVALID_DESTINATION,
        Disposition.CANCELLED,
        Disposition.MANUAL_STOPPED,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """The raw codes a disposition was derived from; kept beside it."""

    sip_status: int | None = None
    q850: int | None = None
    carrier_code: str | None = None
