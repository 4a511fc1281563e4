"""What an item, an exam and an attempt are and how they are decided: values and pure functions only.

Law of this room: no web, no database, no clock, no files and no unseeded chance. Times and random
generators come in as arguments; refusals leave as the named errors of `errors.py`.
"""
