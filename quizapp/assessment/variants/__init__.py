"""Item templates: what a template is and how a file holds it, how it is dealt, and whether it is sound.

A template and a seed give one item, the same on every machine and every version of Python. The item is
resolved: nothing of the template is needed to show or to mark it, and no later change of it alters the item.
"""
