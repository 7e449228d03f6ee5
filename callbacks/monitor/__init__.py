"""What those who run the server look at: its state, its measures, a line in the log for every request."""
