"""Study notes: from the shape of a file to texts with their computed numbers, and plots with their points."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.formulas.errors import FormulaError
from quizapp.assessment.formulas.evaluation import evaluate
from quizapp.assessment.formulas.grammar import parse
from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.formulas.tree import Value
from quizapp.assessment.variants.document import range_from
from quizapp.assessment.variants.fields import show_from
from quizapp.assessment.variants.printing import Unprintable, printed
from quizapp.assessment.variants.texts import filled, names_in, strays_in
from quizapp.bank.formats.native import NoteFile, PlotPart, SeriesPart
from quizapp.bank.values import Curve, Fact, Note, Plot, Point, Section

MOST_WORDS = 900
MOST_POINTS = 400


def note_of(source: Mapping[str, Any], facts: Mapping[str, Fact]) -> Note:
    """The note behind the shape of a file, its scalars as text; facts are given by id.

    Raises MalformedItem with the path of the first thing that is wrong, and pydantic's ValidationError where
    the shape does not fit.
    """
    part = NoteFile.model_validate(source)
    for place, one in enumerate(part.facts):
        if one not in facts:
            raise MalformedItem(("facts", str(place)), "unknown_fact", f"facts.yml has no fact '{one}'")
    names = _computed(part.values)
    shown = _printed(part, names)
    note = Note(
        part.note,
        part.topic,
        part.kind,
        part.title,
        part.lede,
        tuple(_sections(part, shown, names, facts)),
        tuple(dict.fromkeys((*part.facts, *_plotted(part)))),
        tuple(part.sources),
        part.as_of,
        part.review_by,
        part.licence,
        part.author,
        source,
    )
    if note.words > MOST_WORDS:
        raise MalformedItem(
            ("sections",), "too_many_words", f"{note.words} words; a note has at most {MOST_WORDS}"
        )
    return note


def _plotted(part: NoteFile) -> Iterator[str]:
    """The facts that stand as points in its plots."""
    for section in part.sections:
        for line in section.plot.series if section.plot else ():
            yield from (one.fact for one in line.points if one.fact is not None)


def _computed(formulas: Mapping[str, str]) -> dict[str, Value]:
    """Every value, each after those that it names."""
    names: dict[str, Value] = {}
    waiting = {name: _parsed(source, ("values", name)) for name, source in formulas.items()}
    while waiting:
        ready = [name for name, formula in waiting.items() if formula.names <= names.keys()]
        if not ready:
            name, formula = next(iter(waiting.items()))
            missing = ", ".join(sorted(formula.names - names.keys()))
            raise MalformedItem(("values", name), "unknown_name", f"nothing gives a value to: {missing}")
        for name in ready:
            try:
                names[name] = evaluate(waiting.pop(name), names, standard())
            except FormulaError as refused:
                raise MalformedItem(("values", name), refused.code, str(refused)) from refused
    return names


def _parsed(source: str, path: tuple[str, ...]) -> Any:
    try:
        return parse(source, standard().limits)
    except FormulaError as refused:
        raise MalformedItem(path, refused.code, str(refused)) from refused


def _printed(part: NoteFile, names: Mapping[str, Value]) -> dict[str, str]:
    shown = {}
    for name, value in names.items():
        show = show_from(part.show[name], ("show", name)) if name in part.show else None
        try:
            shown[name] = printed(value, show)
        except Unprintable as refused:
            raise MalformedItem(("show", name), str(refused.args[0]), "say how it is printed") from refused
    for name in part.show:
        if name not in names:
            raise MalformedItem(("show", name), "unknown_name", f"there is no value named '{name}'")
    return shown


def _sections(
    part: NoteFile, shown: Mapping[str, str], names: Mapping[str, Value], facts: Mapping[str, Fact]
) -> Iterator[Section]:
    for place, one in enumerate(part.sections):
        path = ("sections", str(place))
        strange = [name for name in names_in(one.text) if name not in shown]
        if strange or strays_in(one.text):
            message = f"there is no value named '{strange[0]}'" if strange else "[[ ]] holds a name"
            raise MalformedItem((*path, "text"), "unknown_name", message)
        plot = _plot(one.plot, (*path, "plot"), names, facts) if one.plot else None
        yield Section(one.subtopic, one.title, filled(one.text, shown), plot)


def _plot(
    part: PlotPart, path: tuple[str, ...], names: Mapping[str, Value], facts: Mapping[str, Fact]
) -> Plot:
    curves = tuple(
        _curve(one, (*path, "series", str(place)), names, facts) for place, one in enumerate(part.series)
    )
    named = {bool(one.points) for one in part.series}
    if len(named) > 1:
        raise MalformedItem((*path, "series"), "mixed_series", "a plot holds formulas or points, not both")
    labels = {tuple((point.label, point.x) for point in one.points) for one in curves}
    if named == {True} and len(labels) > 1:
        raise MalformedItem(
            (*path, "series"), "other_places", "all lines have their points at the same places"
        )
    return Plot(part.title, part.x, part.y, curves, named == {True})


def _curve(
    part: SeriesPart, path: tuple[str, ...], names: Mapping[str, Value], facts: Mapping[str, Fact]
) -> Curve:
    if part.points and part.formula is None and part.over is None:
        if len({one.fact is None for one in part.points}) > 1:
            raise MalformedItem((*path, "points"), "mixed_points", "a line holds facts or numbers, not both")
        return Curve(part.name, tuple(_point(part, place, path, facts) for place in range(len(part.points))))
    if part.points or part.formula is None or part.over is None:
        raise MalformedItem(path, "bad_series", "a line has `formula` and `over`, or `points`")
    formula = _parsed(part.formula, (*path, "formula"))
    places = range_from(part.over, (*path, "over"))
    if not 2 <= places.size <= MOST_POINTS:
        raise MalformedItem((*path, "over"), "bad_range", f"a line has 2 to {MOST_POINTS} points")
    points = []
    for place in range(places.size):
        x = places.at(place)
        try:
            y = evaluate(formula, {**names, "x": x}, standard())
        except FormulaError as refused:
            raise MalformedItem((*path, "formula"), refused.code, f"at x = {x}: {refused}") from refused
        if not isinstance(x, Decimal) or not isinstance(y, Decimal):
            raise MalformedItem((*path, "formula"), "wrong_kind", "the height of a line is a number")
        points.append(Point(f"{x.normalize():f}", x, y))
    return Curve(part.name, tuple(points))


def _point(part: SeriesPart, place: int, path: tuple[str, ...], facts: Mapping[str, Fact]) -> Point:
    """A point that is written out; facts stand at their days, numbers one after the other."""
    one = part.points[place]
    where = (*path, "points", str(place))
    if (one.y is None) == (one.fact is None):
        raise MalformedItem(where, "bad_point", "a point has `y` or `fact`")
    if one.fact is None:
        assert one.y is not None
        return Point(one.at, Decimal(place), one.y)
    fact = facts.get(one.fact)
    if fact is None or fact.value is None:
        raise MalformedItem((*where, "fact"), "unknown_fact", f"'{one.fact}' is no fact with a value")
    return Point(one.at, Decimal(fact.as_of.toordinal()), fact.value)
