"""Reads a ledger: one entry a line, date, account and amount."""

from collections import namedtuple

from tally.money import parse_amount

Entry = namedtuple("Entry", "date account amount")


class LedgerError(Exception):
    """A line that is not an entry."""


def parse_line(line, number):
    """Return the entry of a line, or None for a blank line or a comment."""
    text = line.split("#", 1)[0].strip()
    if not text:
        return None
    fields = text.split()
    if len(fields) != 3:
        raise LedgerError("line %d: expected date, account and amount" % number)
    date, account, amount = fields
    return Entry(date, account, parse_amount(amount))


def read_ledger(path):
    """Return the entries of the file at `path`, in order."""
    entries = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            entry = parse_line(line, number)
            if entry is not None:
                entries.append(entry)
    return entries
