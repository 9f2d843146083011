"""A simulated callee: a SIP softphone that answers, listens, presses keys, hangs up or refuses, to test agents with.

It shares only SIP and RTP with the server it talks to, and writes to disk what it heard and what it sent.
"""

from ringtrue.testing.callee.persona import Persona, parse_persona
from ringtrue.testing.callee.phone import Phone, PhoneConfig

__all__ = ["Persona", "Phone", "PhoneConfig", "parse_persona"]
