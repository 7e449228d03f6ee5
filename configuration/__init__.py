"""Settings: where they may be written, how they are read, and everything wrong about them in one list."""
