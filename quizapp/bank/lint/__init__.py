"""The linter: rules of item writing that a machine can check, over items and over whole banks.

A rule is a pure function of the item as `view.py` shows it; `register.py` lists them all, `run.py` runs them.
No rule asks for an interaction by its name: it looks at texts, at lists of options and at numbers.
"""
