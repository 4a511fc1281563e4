"""A second reading of the bank: sheets of questions without their keys, and answers held against the keys.

`python -m tests.blind sheet T3 T4` prints what a candidate sees of those items of some topics that nobody
has answered blind, options under letters in an order that depends on the item's id alone, and of two
variants of each item template (`t05-bill-price-drawn@11`). `python -m tests.blind compare FILE.csv` prints
each answer of a file that does not get full marks. Such a file has the columns item, answer and remark:
letters with blanks between them (for a matching or an ordering, by prompt), a number, a text, or the gaps
of a passage with their ids (`fill:b | rate:4.25`).
"""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from quizapp.assessment.errors import InvalidResponse
from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import Item, PublicItem
from quizapp.assessment.options import LETTERS
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.variants.dealing import deal
from quizapp.bank.folder import files_of_folder
from quizapp.bank.reader import read_bank

ROOT = Path(__file__).parent.parent
BANK, ANSWERS = ROOT / "question_bank" / "treasuries", ROOT / "docs" / "bank-review"
SEEDS = (11, 12)


def items() -> dict[str, Item]:
    """The authored items of the bank that ships, and two variants of each template under `id@seed`."""
    read = read_bank(files_of_folder(BANK)).items
    dealt = {
        f"{one.template.id}@{seed}": deal(one.template, seed, standard())
        for one in read
        if one.template
        for seed in SEEDS
    }
    return {one.item.public.id: one.item for one in read if not one.template} | dealt


def order_of(item: PublicItem) -> tuple[str, ...]:
    """The order in which a sheet lists the options."""
    return INTERACTIONS[item.interaction].arrange(item.body, Random(item.id))


def sheet(name: str, item: PublicItem) -> Iterator[str]:
    """What a candidate sees of an item, in lines."""
    body = INTERACTIONS[item.interaction].dump_body(item.body)
    yield f"### {name} ({item.interaction})"
    if item.stimulus:
        yield f"[{item.stimulus.title}] {item.stimulus.text}"
    yield item.stem.strip()
    if "options" in body:
        for number, text in enumerate(body.get("statements", ()), start=1):
            yield f"  ({number}) {text}"
        for number, text in enumerate(body.get("prompts", ()), start=1):
            yield f"  {number}. {text}: ?"
        texts = {one["id"]: one["text"] for one in body["options"]}
        for letter, option in zip(LETTERS, order_of(item), strict=False):
            yield f"  {letter}  {texts[option]}"
        if body.get("choose"):
            yield f"  (choose {body['choose']})"
    else:
        yield f"  {body}"
    yield ""


def response_of(item: PublicItem, answer: str) -> list[str]:
    """What a form would send for an answer of a file."""
    body = INTERACTIONS[item.interaction].dump_body(item.body)
    if "blanks" in body:
        places = {one["id"]: number for number, one in enumerate(body["blanks"], start=1)}
        given = (one.strip().partition(":") for one in answer.split(" | "))
        return [f"{places.get(name, name)}:{said}" for name, _, said in given]
    if "options" not in body:
        return [answer]
    order = order_of(item)
    chosen = [order[LETTERS.index(letter)] for letter in answer.replace(",", " ").split()]
    if "prompts" in body:
        return [f"{number}:{one}" for number, one in enumerate(chosen, start=1)]
    return chosen


def right(item: Item, answer: str) -> bool:
    """Whether an answer gets full marks; one that cannot be read does not."""
    interaction = INTERACTIONS[item.public.interaction]
    body = item.public.body
    try:
        response = interaction.parse(body, response_of(item.public, answer))
    except (InvalidResponse, ValueError) as refused:
        print(f"{item.public.id}: cannot read {answer!r}: {refused}")
        return False
    return interaction.score(body, item.secret.answer, response, ScoringRule.ALL_OR_NOTHING) == 1


def answers(file: Path) -> dict[str, str]:
    """The answers of a file by item."""
    with file.open(encoding="utf-8", newline="") as held:
        return {row["item"]: row["answer"] for row in csv.DictReader(held)}


def disagreements(given: Mapping[str, str], bank: Mapping[str, Item]) -> list[str]:
    """The items that an answer does not match."""
    return [slug for slug, answer in given.items() if slug in bank and not right(bank[slug], answer)]


def main(words: Sequence[str]) -> None:
    """Print a sheet, or a comparison."""
    bank = items()
    if words[0] == "compare":
        given = answers(Path(words[1]))
        missed = disagreements(given, bank)
        print("\n".join([*missed, f"{len(given)} answers, {len(missed)} unlike the key"]))
        return
    known = {slug for file in ANSWERS.glob("*answers.csv") for slug in answers(file)}
    first = (ROOT / "docs" / "bank-review.md").read_text(encoding="utf-8")
    known |= {line.split(" | ")[0].removeprefix("| ") for line in first.splitlines()}
    for name, one in bank.items():
        if one.public.topic in words[1:] and name not in known:
            print("\n".join(sheet(name, one.public)))


if __name__ == "__main__":
    main(sys.argv[1:])
