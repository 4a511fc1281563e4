"""Measurements against a bare limit; never part of the tests."""
