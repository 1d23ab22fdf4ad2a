"""Measurements beside peers: one command each, each printing a table."""
