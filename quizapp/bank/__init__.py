"""Files in and out: bank formats, archives, Markdown. Knows the core only.

Law of this room: readers return Problems (file, line, item, code, message) and go on; nothing is executed,
extracted by name or fetched.
"""
