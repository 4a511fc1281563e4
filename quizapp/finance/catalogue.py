"""The formulas that an author may name: each takes plain numbers, dates or lists of them."""

from collections.abc import Mapping

from quizapp.finance import bill
from quizapp.finance.formula import AnyFormula

FORMULAS: Mapping[str, AnyFormula] = {
    "bill_price": bill.price_from_discount,
    "bill_discount_rate": bill.discount_from_price,
    "bill_investment_rate": bill.investment_rate,
    "bill_money_market_yield": bill.money_market_yield,
    "bill_year_basis": bill.year_basis,
    "bill_purchase_price": bill.purchase_price,
    "bill_discount_amount": bill.discount_amount,
}
