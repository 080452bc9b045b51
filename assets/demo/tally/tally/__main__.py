"""The command line: python -m tally FILE."""

import sys

from tally.ledger import LedgerError, read_ledger
from tally.report import render


def main(arguments):
    """Print the report of the ledger that is named, and return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m tally FILE", file=sys.stderr)
        return 2
    try:
        entries = read_ledger(arguments[0])
    except (OSError, LedgerError) as failure:
        print("tally: %s" % failure, file=sys.stderr)
        return 1
    print("\n".join(render(entries)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
