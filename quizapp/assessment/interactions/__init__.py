"""The ways of answering, one module each; strangers to one another."""
