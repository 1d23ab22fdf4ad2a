"""The commands, one module for each group; `main` imports it when one of its commands runs."""
