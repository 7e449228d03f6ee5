"""Wiring: URL to view, view to page. Plain handlers, attached by register(app, services)."""
