"""What an answer can be, one kind each."""
