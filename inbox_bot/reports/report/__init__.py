"""The report: promises kept, what readers ask, and what no entry answers.

`counts` reads the store and counts, `formats` writes text, CSV and a chart, `not_opened` lists
letters that were never fetched.
"""

from inbox_bot.reports.report import not_opened
from inbox_bot.reports.report.counts import Report, Topic, Week, report
from inbox_bot.reports.report.formats import csv_lines, drafts_line, sentence

__all__ = [
    "Report",
    "Topic",
    "Week",
    "csv_lines",
    "drafts_line",
    "not_opened",
    "report",
    "sentence",
]
