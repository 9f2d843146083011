"""What users need to test their agents: fakes, contracts and a simulated callee."""
