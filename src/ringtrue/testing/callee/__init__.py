"""A simulated callee: a SIP softphone that answers, listens, presses keys, hangs up or refuses, to test agents with.

It shares only SIP and RTP with the server it talks to, and writes to disk what it heard and what it sent.
"""

from ringtrue.testing.callee.persona import (
    Persona,
    PersonaInvalid,
    load_persona,
    parse_persona,
    persona_of,
    shipped_personas,
)
from ringtrue.testing.callee.phone import Phone, PhoneConfig

__all__ = [
    "Persona",
    "PersonaInvalid",
    "Phone",
    "PhoneConfig",
    "load_persona",
    "parse_persona",
    "persona_of",
    "shipped_personas",
]
