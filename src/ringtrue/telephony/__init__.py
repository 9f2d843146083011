"""SIP and RTP behind the carrier and leg ports."""
