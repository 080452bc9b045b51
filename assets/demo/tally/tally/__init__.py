"""Sums the entries of a plain-text ledger by account."""
