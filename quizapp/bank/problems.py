"""What readers say about bad input: one Problem each, with its place and a sentence for people."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a file. `item` is the item's id where one is known, else None."""

    file: str
    line: int
    item: str | None
    code: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return (
            f"{where}: {self.item}: {self.message} [{self.code}]"
            if self.item
            else (f"{where}: {self.message} [{self.code}]")
        )
