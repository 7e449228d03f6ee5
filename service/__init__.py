"""Keeping the product in service: all settings told and checked, backup and restore, logs."""
