"""Amounts of money, as people write them in a ledger."""


def parse_amount(text):
    """Return the amount that `text` names."""
    return float(text.strip())


def is_amount(text):
    """Tell whether `text` can be read as an amount."""
    try:
        parse_amount(text)
    except ValueError:
        return False
    return True


def format_amount(value, currency="EUR"):
    """Return `value` with two decimals and its currency."""
    return "%.2f %s" % (value, currency)
