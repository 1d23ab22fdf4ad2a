"""The report: how the promise was kept, what readers ask, and what no entry answers.

`counting` counts, `telling` says it as text, JSON-ready values, CSV and HTML. Both are pure but for
`report`, which reads the store.
"""

from inbox_bot.reporting.counting import Report, Topic, Week, report
from inbox_bot.reporting.telling import csv_lines, drafts_line, html, sentence

__all__ = ["Report", "Topic", "Week", "csv_lines", "drafts_line", "html", "report", "sentence"]
