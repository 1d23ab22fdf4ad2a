"""inbox_bot keeps an author's promise to answer her readers. Start reading in `pipeline.py`."""
