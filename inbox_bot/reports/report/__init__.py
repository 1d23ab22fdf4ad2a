"""The report: promises kept, what readers ask, and what no entry answers.

`counts` reads the store and counts, `formats` writes text, CSV and HTML, `not_opened` lists letters
that were never fetched.
"""

from inbox_bot.reports.report import not_opened
from inbox_bot.reports.report.counts import Report, Topic, Week, report
from inbox_bot.reports.report.formats import csv_lines, drafts_line, html, sentence

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
