"""Drawing an FAQ from an article: questions, answers, files, pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from inbox_bot.errors import NotFound, NotWritten, SettingsError
from inbox_bot.faq import load as faq_load, write
from inbox_bot.faq.draw import LONGEST_ANSWER, DrawnFaq, draw
from inbox_bot.faq.draw.article_text import read_article
from inbox_bot.faq.draw.asking import ask
from inbox_bot.faq.draw.pages import article_text, fetched
from inbox_bot.model import Entry

ARTICLE = """\
Baking Bread At Home

Bread is simpler than most people think, and I bake it twice a week.

Flour basics

Rye has little gluten, which means that it rises less. Mixed with wheat it does fine.

Can sourdough help digestion?

I believe so. It has more time to do its work.

Types of loaves that may suit you

- Tin loaves, though plain, are the ones to begin with: the tin holds what your hands cannot hold
yet, so that even a dough that is much too wet becomes a loaf you can cut.
- Rolls

How to find good flour

Ask a baker in Vienna. Well, ask any baker.

Wrapping up

I will get back to you as soon as I can. Write to ann@example.com.
"""


@pytest.fixture(scope="module")
def drawn() -> DrawnFaq:
    return draw(ARTICLE, "Baking Bread", url="https://example.com/bread")


def by_id(drawn: DrawnFaq, entry_id: str) -> Entry:
    return next(entry for entry in drawn.entries if entry.id == entry_id)


# --- what is drawn -----------------------------------------------------------------------------


def test_every_section_becomes_a_question(drawn: DrawnFaq) -> None:
    assert {entry.question: entry.source for entry in drawn.entries} == {
        "What about baking bread at home?": "Baking Bread At Home",
        "What is flour?": "Flour basics",
        "Can sourdough help digestion?": "Can sourdough help digestion?",
        "Which types of loaves may suit you?": "Types of loaves that may suit you",
        "What about tin loaves?": "Types of loaves that may suit you",
        "How do I find good flour?": "How to find good flour",
        "What is the bottom line?": "Wrapping up",
        "How can I contact you?": "Wrapping up",
    }


def test_the_answers_are_the_sections_own_sentences(drawn: DrawnFaq) -> None:
    assert by_id(drawn, "what-is-flour").answer == (
        "Rye has little gluten, which means that it rises less. Mixed with wheat it does fine."
    )


def test_no_drawn_entry_is_used_before_the_author_has_seen_it(drawn: DrawnFaq) -> None:
    assert [entry for entry in drawn.entries if entry.usable] == []


def test_each_entry_knows_the_state_of_its_section(drawn: DrawnFaq) -> None:
    section = read_article(ARTICLE).section("Flour basics")
    assert section is not None
    assert by_id(drawn, "what-is-flour").section_hash == section.hash


def test_the_promise_and_the_address_are_found(drawn: DrawnFaq) -> None:
    assert drawn.article.promise == "I will get back to you as soon as I can."
    assert "ann@example.com" in by_id(drawn, "contact").answer
    assert drawn.article.slug == "baking-bread"
    assert drawn.article.url == "https://example.com/bread"


def test_further_ways_to_ask_are_proposed(drawn: DrawnFaq) -> None:
    assert (
        "is sourdough good for digestion" in by_id(drawn, "can-sourdough-help-digestion").also_asked
    )
    assert "how to find good flour" in by_id(drawn, "find-good-flour").also_asked
    for entry in drawn.entries:
        assert len(set(entry.also_asked)) == len(entry.also_asked)
        assert not any("{" in way or "  " in way for way in entry.also_asked), entry.also_asked


def test_a_long_section_is_cut_at_the_end_of_a_sentence() -> None:
    long = "Flour\n\n" + "This is a sentence of eight whole words. " * 40 + "\n\nMore\n\nText here."
    answer = by_id(draw(f"Title\n\n{long}", "x"), "flour").answer
    assert len(answer.split()) <= LONGEST_ANSWER
    assert answer.endswith("words.")


def test_two_sections_of_one_heading_get_ids_of_their_own() -> None:
    twice = "# T\n\n## Flour\n\nOne text.\n\n## Flour\n\nAnother text.\n"
    assert [entry.id for entry in draw(twice, "x").entries] == ["flour", "flour-2"]


@pytest.mark.parametrize(
    "text",
    ["", "word", "?", "# ?\n\n## ?\n\ntext", "é\n\nü\n\nß ß.", "1\n\n2"],
)
def test_no_article_is_too_odd_to_draw_from(text: str, tmp_path: Path) -> None:
    drawn = draw(text, "?")
    write.write_drawn(drawn, tmp_path / "odd.yaml")
    assert len(faq_load.load(tmp_path).entries) == len(drawn.entries)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Does It Keep?", "Does it keep?"),
        ("How To Store Bread", "How do I store bread?"),
        ("Benefits of Rye", "What are the benefits of rye?"),
        ("Causes of Mould", "What causes mould?"),
        ("Signs of a good loaf", "What are the signs of a good loaf?"),
        ("Understanding Gluten", "What is gluten?"),
        ("References", "What are your sources?"),
        ("Storage options:", "What are the storage options?"),
        ("Vienna and its bakers", "What about Vienna and its bakers?"),
    ],
)
def test_a_heading_becomes_the_question_that_it_answers(heading: str, question: str) -> None:
    assert ask(heading, frozenset({"Vienna"})).question == question


ESSAY = """\
Why I Gave Up My Lawn

Ten years ago I had the greenest lawn in the street, and I was proud of it.

Then came the dry summer of 2018. I sowed a meadow mix, mostly out of spite.

A meadow is not for everyone. Children who play football need grass under their feet.

It cost me 60 euros for seeds and two weekends of work in the sun. See the seed bag

Questions? Drop me a line, and I will reply when I am back from the garden.
"""


def test_an_essay_without_headings_is_asked_about_what_its_paragraphs_tell() -> None:
    drawn = draw(ESSAY, "lawn")
    assert {entry.question: entry.answer for entry in drawn.entries} == {
        "What is “why I gave up my lawn” about?": "Ten years ago I had the greenest lawn in the "
        "street, and I was proud of it. Then came the dry summer of 2018. I sowed a meadow mix, "
        "mostly out of spite.",
        "Who is it not for?": "A meadow is not for everyone. Children who play football need "
        "grass under their feet.",
        "How much did it cost?": "It cost me 60 euros for seeds and two weekends of work in the "
        "sun.",
    }
    assert drawn.article.promise.startswith("Drop me a line")


HOW_TO = """\
# How to Sharpen a Knife

*Posted by Mara on 3 May*

A dull knife slips.

## What you need

- a whetstone
- water

## Step 1: Soak the stone

Put it into water for ten minutes.

## Common mistakes

Most people press too hard. Questions? Write to ann@example.org, I'll answer as soon as I can.
"""


def test_steps_and_lists_become_questions_that_a_reader_would_ask() -> None:
    drawn = draw(HOW_TO, "knife")
    assert [(entry.question, entry.answer) for entry in drawn.entries] == [
        ("How do I sharpen a knife?", "A dull knife slips."),
        ("What do I need?", "A whetstone; water."),
        ("How do I soak the stone?", "Put it into water for ten minutes."),
        ("What are common mistakes?", "Most people press too hard."),
        ("How can I contact you?", "Write to ann@example.org, I'll answer as soon as I can."),
    ]


def test_the_questions_of_a_page_of_questions_are_taken_as_they_are(tmp_path: Path) -> None:
    page = tmp_path / "bread.html"
    page.write_text(
        "<html><h1>Bread</h1><dl><dt>Why is it <b>flat</b>?</dt><dd>It proved too long.</dd></dl>"
        "<details><summary>Rye or wheat?</summary><p>Rye &amp; wheat.</p></details></html>",
        encoding="utf-8",
    )
    drawn = draw(article_text(str(page)), "bread")
    assert [(entry.question, entry.answer) for entry in drawn.entries] == [
        ("Why is it flat?", "It proved too long."),
        ("Rye or wheat?", "Rye & wheat."),
    ]


# --- what is written ---------------------------------------------------------------------------


def test_what_is_written_is_what_is_read(drawn: DrawnFaq, tmp_path: Path) -> None:
    write.write_drawn(drawn, tmp_path / "baking-bread.yaml")
    loaded = faq_load.load(tmp_path)
    assert loaded.entries == drawn.entries
    assert loaded.articles == (drawn.article,)


def test_what_the_author_wrote_is_never_replaced(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="it is there already"):
        write.write_drawn(drawn, path)
    assert path.read_text(encoding="utf-8") == "mine"


OWN = """\
# My own file.
article:
  title: "Bread"   # as on the page

entries:
  - id: flour        # the first
    question: Which flour?
    answer: >-
      Rye.
    also_asked:
      - what flour   # from Bob's letter

  # --- the oven ---
  - id: oven
    question: 'How hot?'
    also_asked: [temperature]
    answer: Very.
    status: new
# The end.
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "bread.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_a_phrasing_is_added_and_every_comment_kept(own: Path) -> None:
    write.add_phrasing(own, "flour", "which  flour do you use")
    added = OWN.replace(
        "      - what flour   # from Bob's letter\n",
        "      - what flour   # from Bob's letter\n      - which flour do you use\n",
    )
    assert own.read_text(encoding="utf-8") == added


def test_a_phrasing_that_is_known_is_not_added_again(own: Path) -> None:
    write.add_phrasing(own, "flour", "What flour")
    write.add_phrasing(own, "flour", "which flour?")
    assert own.read_text(encoding="utf-8") == OWN


def test_the_authors_yes_makes_an_entry_usable(own: Path) -> None:
    assert [entry.usable for entry in faq_load.load(own.parent).entries] == [True, False]
    write.keep(own, "oven", section_hash="abc")
    assert [entry.usable for entry in faq_load.load(own.parent).entries] == [True, True]
    assert faq_load.load(own.parent).entry("oven").section_hash == "abc"


def test_a_stale_entry_is_not_used(own: Path) -> None:
    write.mark_stale(own, "flour")
    assert not faq_load.load(own.parent).entry("flour").usable


def test_an_entry_is_dropped_and_another_added(own: Path) -> None:
    write.drop(own, "oven")
    entry = Entry(
        id="salt",
        article="bread",
        question="How much salt?",
        also_asked=("salt: how much",),
        answer="A little. " * 30 + "Never none.",
        doctor=True,
    )
    write.add_entry(own, entry)
    assert faq_load.load(own.parent).entries[1] == entry
    assert [each.id for each in faq_load.load(own.parent).entries] == ["flour", "salt"]


@pytest.mark.parametrize(
    "answer", ["Short.", "Word " * 60 + "end.", "With: colon # and hash", "a\n\nb", "— “quoted” é"]
)
def test_an_answer_is_rewritten_and_read_back_unchanged(own: Path, answer: str) -> None:
    write.rewrite_answer(own, "oven", answer)
    assert faq_load.load(own.parent).entry("oven").answer == answer
    assert "# from Bob's letter" in own.read_text(encoding="utf-8")


@pytest.mark.parametrize("odd", ["\x00", "\x1b[2J", "\udc80", "\ufffe"])
def test_what_no_file_takes_is_not_written(own: Path, odd: str) -> None:
    with pytest.raises(NotWritten, match="it stays as it was"):
        write.rewrite_answer(own, "oven", f"A little{odd} of it. " * 20)
    assert own.read_text(encoding="utf-8") == OWN


def test_an_entry_that_is_not_there_changes_nothing(own: Path) -> None:
    with pytest.raises(NotFound, match="no entry `sugar`"):
        write.keep(own, "sugar")
    assert own.read_text(encoding="utf-8") == OWN


# --- where articles come from --------------------------------------------------------------------

PAGE = """\
<!DOCTYPE html><html><head><title>x</title><style>p {}</style></head><body>
<nav>Home | About</nav><article><h1>Bread &amp; butter</h1><p>It is <b>simple</b>.</p>
<h2 class="a">Flour <i>basics</i></h2><p>Rye.<br>Wheat.</p><ul><li>one</li><li>two</li></ul>
</article><script>alert("no")</script><footer>(c)</footer></body></html>
"""


def test_an_html_file_is_read_without_its_furniture(tmp_path: Path) -> None:
    path = tmp_path / "bread.html"
    path.write_text(PAGE, encoding="utf-8")
    read = read_article(article_text(str(path)))
    assert read.title == "Bread & butter"
    assert [(each.heading, each.paragraphs) for each in read.sections] == [
        ("", ("It is simple.",)),
        ("Flour basics", ("Rye.", "Wheat.", "• one", "• two")),
    ]


def test_text_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bread.md"
    path.write_text(ARTICLE, encoding="utf-8")
    assert article_text(str(path)) == ARTICLE


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        article_text(str(tmp_path / "none.txt"))


def test_without_the_extra_a_page_of_the_web_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(SettingsError) as caught:
        article_text("https://example.com/bread")
    assert "pip install 'inbox-bot[url]'" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A web server on the loopback with one page, `bread.html`."""
    (tmp_path / "bread.html").write_text(PAGE, encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_is_fetched(site: str) -> None:
    assert fetched(f"{site}/bread.html") == PAGE


@pytest.mark.parametrize(
    "address", ["{site}/none.html", "http://127.0.0.1:1/", "http://[", "https://"]
)
def test_a_page_that_cannot_be_had_is_told_in_one_line(site: str, address: str) -> None:
    with pytest.raises(SettingsError, match="save the article as a file") as caught:
        fetched(address.format(site=site))
    assert "\n" not in str(caught.value)


def test_a_drawn_entry_can_be_changed_before_it_is_kept(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    write.write_drawn(drawn, path)
    write.rewrite_answer(path, "what-is-flour", "My own words.")
    write.keep(path, "what-is-flour")
    kept = replace(by_id(drawn, "what-is-flour"), answer="My own words.", usable=True)
    assert faq_load.load(tmp_path).entry("what-is-flour") == replace(kept, article="bread")
