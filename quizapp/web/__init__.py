"""HTTP to service and back: one module a column.

Law of this room: a view parses, asks the clock, calls one service and renders or redirects; it holds no
rule and no query, and every route declares the action that the access policy judges.
"""
