"""File formats, one module each; strangers to one another."""
