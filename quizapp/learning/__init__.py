"""What a learner has learnt and should do next: memory, ability, readiness, plan; filled in later rounds."""
