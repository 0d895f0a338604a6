"""How good labels are, in numbers: pure arithmetic on counts and marks."""
