"""Audio blocks, G.711, resampling and the two-channel WAV file."""
