"""What a media process does: claim, dial, answer, converse, record, journal."""
