"""Topic 10: what each template's key comes to, reckoned apart from the finance formulas."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.bank_templates.reckoning import Names, Reckoning


def t10_import_cover_drawn(names: Names) -> float:
    imports = (names["debt"] * names["scale"]).quantize(Decimal(1), ROUND_HALF_UP)
    return float(Fraction(names["debt"] * names["ratio"]) / (Fraction(imports) / 12))


def t10_ara_metric_drawn(names: Names) -> float:
    tenths = 3 * names["debt"] + 2 * names["liabilities"] + names["money"] + names["exports"]
    reserves = (tenths * names["multiple"] / 10).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return float(reserves - tenths / 10)


def t10_cofer_share_drawn(names: Names) -> float:
    dollar, euro = float(names["dollar"]), float(names["euro"])
    yen = 1 - dollar - euro
    others = euro + yen + euro * float(names["euro_move"]) + yen * float(names["yen_move"])
    return 1 / (1 + others / dollar)


RECKONED: dict[str, Reckoning] = {
    "t10-import-cover-drawn": t10_import_cover_drawn,
    "t10-ara-metric-drawn": t10_ara_metric_drawn,
    "t10-cofer-share-drawn": t10_cofer_share_drawn,
}
