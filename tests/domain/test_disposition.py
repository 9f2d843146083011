"""The closed list of reasons, each in its column."""

from __future__ import annotations

from ringtrue.domain.disposition import Disposition

ENDED = (
    "user_hangup agent_hangup call_transfer voicemail_reached ivr_reached inactivity max_duration_reached dial_busy "
    "dial_no_answer user_declined invalid_destination cancelled manual_stopped"
)
ERROR = (
    "dial_failed telephony_provider_unavailable telephony_provider_permission_denied sip_routing_error marked_as_spam "
    "concurrency_limit_reached schedule_missed policy_refused error_user_not_joined error_no_audio_received error_asr "
    "error_llm error_tts error_worker_lost error_unknown"
)


def test_the_reasons_that_end_a_call() -> None:
    """Status `ended`: the far side, the agent, a cancel or a rule decided."""
    assert [one.value for one in Disposition if not one.is_error] == ENDED.split()


def test_the_reasons_that_are_errors() -> None:
    """Status `error`: the attempt was not delivered or broke."""
    assert [one.value for one in Disposition if one.is_error] == ERROR.split()
