"""The read-only JSON interface: the figures of the screens for programs, told by one table of routes."""
