"""`python -m inbox_bot` is the same as `inbox-bot`."""

from inbox_bot.cli.main import main

main()
