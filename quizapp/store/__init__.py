"""The database: tables, queries by column, and the one way to write.

Law of this room: rows stay inside and values come out; only `transaction.py` commits.
"""
