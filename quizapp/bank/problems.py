"""What readers and the linter say of files: problems, warnings and figures, in sentences for people."""

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


@dataclass(frozen=True, order=True)
class Notice:
    """A warning of the linter beside an item; `waived` is the reason for which it may stand."""

    file: str
    line: int
    item: str
    code: str
    message: str
    waived: str | None = None

    def __str__(self) -> str:
        excuse = f" (waived: {self.waived})" if self.waived else ""
        return f"{self.file}:{self.line}: {self.item}: {self.message} [{self.code}]{excuse}"


@dataclass(frozen=True)
class Figure:
    """A statistic of a whole bank beside its limit, with its test in words; `blocks` makes it an error."""

    code: str
    value: float
    limit: float
    sound: bool
    message: str
    blocks: bool = False

    def __str__(self) -> str:
        return f"{'' if self.sound else 'over the limit: '}{self.message} [{self.code}]"
