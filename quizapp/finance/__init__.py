"""The formulas of bills, bonds, curves, currencies and reserves, in exact decimals, each with its source."""
