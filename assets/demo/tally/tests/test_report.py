import unittest

from tally.ledger import Entry
from tally.report import render, totals_by_account


class ReportTest(unittest.TestCase):
    def test_sums_by_account(self):
        entries = [Entry("2026-03-01", "rent", 10.0), Entry("2026-03-02", "rent", 2.5)]
        self.assertEqual(totals_by_account(entries), {"rent": 12.5})

    def test_renders_nothing_for_an_empty_ledger(self):
        self.assertEqual(render([]), [])


if __name__ == "__main__":
    unittest.main()
