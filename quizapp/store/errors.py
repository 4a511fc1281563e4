"""What goes wrong with the store as a whole, for those who load no database to tell it."""


class StoreError(RuntimeError):
    """The store cannot do its work; the message says why."""


class StoreFull(StoreError):
    """The disk of the store is full: nothing of the unit is stored, and once there is room it can be."""
