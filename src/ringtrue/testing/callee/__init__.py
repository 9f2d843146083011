"""A SIP softphone that plays the other party."""
