"""Small guesses that make a proposal: where the table is, what its columns are, whose figures they are."""
