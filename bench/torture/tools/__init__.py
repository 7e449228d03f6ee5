"""What the parts of `bench.torture` share."""
