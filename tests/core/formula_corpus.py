"""Sources for the formula language: those that a grammar makes, half of them broken, and tries to escape."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from quizapp.assessment.formulas.functions import Function
from quizapp.assessment.formulas.tree import Kind

_NUMBERS = (
    *(
        "0",
        "1",
        "2",
        "3",
        "7",
        "12",
        "360",
        "0.5",
        "0.0418",
        "1.0000001",
        "99999",
        "9" * 30,
        "a",
        "n",
        "price",
    ),
    *("-1", "sum(flows)", "0." + "0" * 27 + "1"),
)
_OTHERS = (
    *("settled", "flows", "date(2026,2,15)", "date(2199,12,31)", "[1,2]", "[]", "1>2", "a<n or not n>3"),
    *("x", "e5", "and", "if", "eval", "import", "lambda", "True", "None", "exec", "open", "os"),
)
_OF_ONE = ("abs", "floor", "ceil", "sqrt", "exp", "ln", "-", "", "", "")
_OF_TWO = ("min", "max", "round", "days", "add_days", "date")
_SIGNS = ("+", "-", "*", "/", "^", "^")
_COMPARED = ("<", "<=", ">", ">=", "==", "!=", " and ", " or ")
_BROKEN = (
    *("**", "//", "%", "!", "~", "@", "|", "&", "<<", ":=", "=", ".", ",", ";", ":", "'", '"', "`", "\\"),
    *("__", "()", "[]", "{}", "(", ")", "[", "]", " not ", " is ", " in ", " if ", " for ", "\n", "#"),
    *("\x00", "\u202e", "\ud800", "\u00e9", "\u00d7", "\uff0b", "\u037e", "\u0661", "e999", "_0", "0x", "j"),
    *(".__class__", "__import__('os')", "lambda:0", "f'{a}'", "{{7*7}}", "${7*7}", "<%7*7%>"),
)
_LONGEST = 12
_KEPT = 4_000


def made(seed: int, count: int, functions: Sequence[str]) -> Iterator[str]:
    """So many sources: each joins earlier ones by a rule of the grammar, and every second one is broken."""
    number = Random(seed).random
    of_two = (*_OF_TWO, *functions)
    atoms = len(_NUMBERS)
    parts = [*_NUMBERS]
    for turn in range(count):
        one = parts[int(number() * len(parts))]
        other = parts[int(number() * len(parts))] if turn % 3 else _NUMBERS[int(number() * atoms)]
        rule = number()
        if rule < 0.5:
            source = one + _SIGNS[int(number() * len(_SIGNS))] + other
        elif rule < 0.7:
            source = f"{_OF_ONE[int(number() * len(_OF_ONE))]}({one})"
        elif rule < 0.85:
            source = f"{of_two[int(number() * len(of_two))]}({one},{other})"
        elif rule < 0.9:
            source = f"if({one}{_COMPARED[int(number() * len(_COMPARED))]}{other},{other},{one})"
        elif rule < 0.95:
            source = f"sum([{one},{other}])"
        else:
            source = one + _SIGNS[int(number() * len(_SIGNS))] + _OTHERS[int(number() * len(_OTHERS))]
        if len(source) <= _LONGEST and rule < 0.95:
            if len(parts) < _KEPT:
                parts.append(source)
            else:
                parts[atoms + int(number() * (_KEPT - atoms))] = source
        yield _broken(source, number) if turn % 2 else source


def _broken(source: str, number: Callable[[], float]) -> str:
    """The source with something put in, left out or doubled."""
    place = int(number() * len(source))
    what = number()
    if what < 0.7:
        return source[:place] + _BROKEN[int(number() * len(_BROKEN))] + source[place:]
    if what < 0.85:
        return source[:place] + source[place + 1 :]
    return source[:place] + source[place:] * 2


ESCAPES: Sequence[str] = (
    # Python, its attributes and its ways to run more of it
    *("__import__('os').system('id')", "__import__", "().__class__.__bases__[0].__subclasses__()"),
    *(
        "a.__class__",
        "a.__class__.__mro__[1]",
        "price.real",
        "(1).__class__",
        "[].__class__",
        "{0.__class__}",
    ),
    *("getattr(a, 'x')", "globals()", "locals()", "vars()", "dir()", "open('/etc/passwd')", "open(a)"),
    *("eval('1')", "exec('1')", "compile('1', '', 'eval')", "breakpoint()", "input()", "print(a)", "help()"),
    *("lambda: 0", "(lambda: 0)()", "[x for x in (1, 2)]", "(x := 1)", "a if a else n", "yield a", "await a"),
    *(
        "f'{a}'",
        'f"{__import__(1)}"',
        "'a'",
        '"a"',
        "b'a'",
        "'''a'''",
        "`id`",
        "$(id)",
        "a; import os",
        "import os",
    ),
    *(
        "from os import system",
        "a\nimport os",
        "a #",
        "a \\\n + 1",
        "del a",
        "a = 1",
        "a[0]",
        "a[0:1]",
        "*flows",
    ),
    *(
        "print(1, *flows)",
        "min(**a)",
        "{1: 2}",
        "{1, 2}",
        "...",
        "_",
        "__",
        "__builtins__",
        "__name__",
        "self",
    ),
    # Templates of other languages, and what moved Moodle's calculated questions to run PHP
    *("{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "[[7*7]]", "{a}", "%s", "%(a)s", "{0}", "{a.__init__}"),
    *("system('id')", "phpinfo()", "((acos(2) . 0+acos(2)))(a)", "/*{a*/`$_GET[0]`;//{x}}", "pow(2,3)(a)"),
    # What other languages call numbers, and characters that look like ours
    *(
        "0x10",
        "0b1",
        "0o7",
        "1e400",
        "1e9",
        "1E9",
        "1_000",
        "1j",
        "nan",
        "inf",
        "NaN",
        "Infinity",
        "-inf",
        "1.2.3",
    ),
    *(
        "\uff11",
        "\u0661",
        "\u00b2",
        "2\u00b2",
        "\u00bd",
        "\u2212" + "1",
        "1\u00d72",
        "1\u22152",
        "\uff45val(1)",
        "\u0430",
    ),
    *(
        "\x00",
        "1\x001",
        "\ud800",
        "\udfff",
        "1\ud800",
        "\u202e1",
        "1\u200b1",
        "\ufeff1",
        "1\u00a0+1",
        "1\u2028+1",
    ),
    *("\x1b[31m", "\r\n1", "\U0001f4a3", "a\u0301", "\x7f", "\x85"),
    # Numbers that grow
    *("9**9**9", "9^9^9", "9^9^9^9", "(9^9)^(9^9)", "9^-9^9", "10^10^10", "99999^99999", "2^" * 30 + "2"),
    *("1.0000000001^" + "9" * 30, "0.9999999999^" + "9" * 30, "1.5^" + "9" * 20 + ".5", "exp(exp(exp(9)))"),
    *("exp(9^9)", "exp(-9^9)", "ln(0)", "sqrt(9^9^9)", "round(1, 999999999)", "round(9^90, 20)", "9" * 400),
    *(
        "170!",
        "fact(170)",
        "factorial(9)",
        "*".join(str(n) for n in range(1, 200)),
        "*".join(["9" * 30] * 190),
    ),
    *("^".join(["1"] * 190), "^".join(["0.5"] * 190), "-" * 390 + "1", "(" * 200 + "9^9" + ")" * 199),
    "exp(" * 30 + "1" + ")" * 30,
    "sqrt(" * 30 + "2" + ")" * 30,
    "+".join(f"exp({n}.5)^0.333" for n in range(1, 39)),
    "+".join(f"1.0000{n}^12345.678" for n in range(10, 49)),
    "sum([" + ",".join("ln(exp(0.5))^0.5" for _ in range(30)) + "])",
    "sum([" + ",".join(f"{n}.5^0.{n}" for n in range(1, 98)) + "])",
    # Sources that go on
    *(
        "(" * 100_000,
        "[" * 100_000,
        "-" * 100_000,
        "1+" * 100_000,
        "a" * 100_000,
        "1" * 100_000,
        " " * 100_000,
    ),
    *(
        "not " * 400,
        "if(" * 130,
        "max(" * 390,
        "[" * 390 + "]" * 10,
        "((((" + "1,",
        "1" + "^1" * 199,
        "1<1" * 130,
    ),
    *(
        "[" + "1," * 199 + "1]",
        "max(" + "1," * 190 + "1)",
        "if(1>0," * 60 + "1" + ",1)" * 60,
        "\n" * 1_999 + "1",
    ),
    "1 " * 1_000_000,
    "9^" * 1_000_000,
    # Dates and lists at their ends
    *("date(9^9, 1, 1)", "date(0, 1, 1)", "date(2026, 2, 30)", "date(1900,1,1)", "add_days(settled, 9^9^9)"),
    *(
        "add_days(date(2199,12,31), 1)",
        "add_months(settled, 9^90)",
        "days(settled, a)",
        "sum([[1]])",
        "sum(sum)",
    ),
)
"""Sources by which other languages were escaped, or held up."""


_LARGE: Mapping[Kind, Sequence[str]] = {
    Kind.NUMBER: (
        *(
            "0",
            "1",
            "2",
            "3",
            "4",
            "7",
            "12",
            "18",
            "30",
            "60",
            "140",
            "149",
            "182",
            "360",
            "365",
            "1000",
            "100000",
        ),
        *("0.04", "0.05", "0.37", "95", "100.5", "-1", "-0.5", "9^40", "-9^40", "0.1^40"),
    ),
    Kind.DATE: (
        *("date(2026,1,31)", "date(2026,2,28)", "date(2026,8,15)", "date(2036,2,15)", "date(2056,2,15)"),
        *("date(2100,1,31)", "date(1900,1,1)", "date(2199,12,31)", "date(2024,2,29)"),
    ),
    Kind.TRUTH: ("1<2", "1>2"),
}


def hungry(functions: Mapping[str, Function], seed: int, each: int) -> Iterator[str]:
    """Calls of every function with fitting arguments: large numbers, long lists and wide spans of time."""
    chance = Random(seed)
    for name, one in functions.items():
        for _ in range(each):
            count = chance.randint(one.needs, max(one.needs, len(one.takes)))
            yield f"{name}({','.join(_fitting(one.kind_at(place), chance) for place in range(count))})"


def _fitting(kind: Kind, chance: Random) -> str:
    if kind in _LARGE:
        return chance.choice(_LARGE[kind])
    items = _LARGE[Kind.DATE if kind is Kind.DATES else Kind.NUMBER]
    length = chance.choice((0, 1, 2, 3, 10, 30, 66, 120))
    return (
        f"[{','.join(chance.choice(items) for _ in range(min(length, 60 if kind is Kind.DATES else 120)))}]"
    )
