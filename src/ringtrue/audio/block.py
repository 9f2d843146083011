"""The audio block: 20 ms, the packet time of every G.711 phone."""

BLOCK_MS = 20
TELEPHONE_RATE_HZ = 8000
BLOCK_SAMPLES = TELEPHONE_RATE_HZ * BLOCK_MS // 1000
