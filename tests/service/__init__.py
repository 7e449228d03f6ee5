"""Tests of keeping the product in service."""
