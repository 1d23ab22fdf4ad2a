"""`python -m inbox_bot` is the same as `inbox-bot`."""

from inbox_bot.cli import main

main()
