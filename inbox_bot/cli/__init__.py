"""The commands, a module a group. They import what they need when they run: --help stays quick."""
