"""How many people answer an item: teams, a share of the items, and more people where answers disagree."""
