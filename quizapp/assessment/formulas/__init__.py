"""The formula language of item templates: text to tokens, a tree, its kinds and its value; arithmetic only.

Nothing here runs text as code. Every formula ends: it has no loops, and length, depth, steps and the size
of numbers are bounded by `limits.py`. Every refusal is a FormulaError with its line and column.
"""
