"""How right: answers held against independent ways to the same answer."""
