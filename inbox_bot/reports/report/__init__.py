"""The report: how the promise was kept, what readers ask, and what no entry answers.

`counting` counts, `telling` says it as text, JSON-ready values, CSV and HTML. Both are pure but for
`report`, which reads the store. `not_opened` tells what was never fetched.
"""

from inbox_bot.reports.report import not_opened
from inbox_bot.reports.report.counting import Report, Topic, Week, report
from inbox_bot.reports.report.telling import csv_lines, drafts_line, html, sentence

__all__ = [
    "Report",
    "Topic",
    "Week",
    "csv_lines",
    "drafts_line",
    "html",
    "not_opened",
    "report",
    "sentence",
]
