"""RTP streams on one 20 ms clock."""
