"""How fast: beside peers, beside another checkout, and as jobs grow."""
