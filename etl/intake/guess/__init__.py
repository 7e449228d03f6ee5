"""Small guesses that a proposal is put together from: where the table is, what its columns are, whose it is."""
