"""Sums over the entries of a ledger."""

from collections import defaultdict

from tally.money import format_amount


def totals_by_account(entries):
    """Return the sum of the amounts of each account."""
    totals = defaultdict(float)
    for entry in entries:
        totals[entry.account] += entry.amount
    return dict(totals)


def render(entries):
    """Return the report as lines, accounts in order, amounts aligned."""
    totals = totals_by_account(entries)
    width = max((len(account) for account in totals), default=0)
    lines = []
    for account in sorted(totals):
        amount = format_amount(totals[account])
        lines.append("%-*s  %12s" % (width, account, amount))
    return lines
