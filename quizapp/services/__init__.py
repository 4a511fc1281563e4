"""One function for each thing a person does: load, decide, save.

Law of this room: it knows no web and reads no request; the store comes in as the first argument, the
instant as an argument, and what leaves are values or named errors. It is the only door to store and bank.
"""
