"""Drawing an FAQ from an article: questions, answers, files, pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from inbox_bot.errors import NotFound, NotWritten, SettingsError
from inbox_bot.faq import edit, load as faq_load, write
from inbox_bot.faq.draw import draw
from inbox_bot.faq.draw.article_text import read_article, sentences
from inbox_bot.faq.draw.fetch import fetch
from inbox_bot.faq.draw.pages import article_text
from inbox_bot.faq.draw.passages import LONGEST, flowing, stands_alone
from inbox_bot.faq.draw.topics import topic_of
from inbox_bot.faq.draw.web_page import markdown_of
from inbox_bot.model import DrawnFaq, Entry

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


# --- what is drawn -----------------------------------------------------------------------------


def test_every_sentence_but_the_promise_is_in_exactly_one_passage(drawn: DrawnFaq) -> None:
    told = " ".join(" ".join(passage.text.split()) for passage in drawn.passages)
    for section in read_article(ARTICLE).sections:
        for paragraph in section.paragraphs:
            for sentence in sentences(paragraph.removeprefix("• ")):
                assert told.count(sentence) == (sentence != drawn.article.promise), sentence


def test_a_passage_stays_under_its_heading(drawn: DrawnFaq) -> None:
    assert [passage.heading for passage in drawn.passages] == [
        "",
        "Flour basics",
        "Can sourdough help digestion?",
        "Types of loaves that may suit you",
        "How to find good flour",
        "Wrapping up",
    ]


def test_the_promise_is_found_and_answers_nothing(drawn: DrawnFaq) -> None:
    assert drawn.article.promise == "I will get back to you as soon as I can."
    assert drawn.passages[-1].text == "Write to ann@example.com."
    assert drawn.article.slug == "baking-bread"
    assert drawn.article.url == "https://example.com/bread"


LONG = "This is a sentence of eight whole words. " * 40


@pytest.mark.parametrize(
    "body", [LONG, f"{LONG}\n\nShort.", "\n\n".join(["- an item of the list"] * 60), "word " * 300]
)
def test_a_passage_is_short_and_ends_where_a_sentence_or_an_item_ends(body: str) -> None:
    passages = draw(f"# T\n\n## Flour\n\n{body}", "x").passages
    assert len(passages) >= 1
    for passage in passages:
        assert len(passage.text.split()) <= LONGEST or "." not in passage.text
        assert passage.text[-1] in ".mtd"


def test_a_list_stays_with_the_sentence_that_opens_it() -> None:
    first = "A paragraph of many words that fills the piece. " * 10
    text = f"# T\n\n{first}\n\nYou need:\n\n- flour\n- water\n- time\n"
    assert draw(text, "x").passages[-1].text == "You need:\n\n- flour\n- water\n- time"


def test_two_passages_of_one_heading_get_ids_of_their_own() -> None:
    twice = "# T\n\n## Flour\n\nOne text.\n\n## Flour\n\nAnother text.\n"
    assert [passage.id for passage in draw(twice, "x").passages] == ["flour", "flour-2"]


@pytest.mark.parametrize(
    "text",
    ["", "word", "?", "# ?\n\n## ?\n\ntext", "é\n\nü\n\nß ß.", "1\n\n2", "- \n\n- x", ">" * 9_000],
)
def test_no_article_is_too_odd_to_draw_from(text: str, tmp_path: Path) -> None:
    drawn = draw(text, "?")
    write.write_drawn(drawn, tmp_path / "odd.yaml")
    assert len(faq_load.load(tmp_path).passages) == len(drawn.passages)


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Finding a Therapist", "finding a therapist"),
        ("The Right Place for a Heap", "the right place for a heap"),
        ("Treatment Options", "treatment options"),
        ("The VAT", "the VAT"),
        ("How To Store Bread", ""),
        ("Does It Keep?", ""),
        ("Step 2: Loosen the nuts", ""),
        ("3. Clean it", ""),
        ("Before puppy arrival", ""),
        ("Rust is not the end of a bicycle", ""),
        ("Part one – the strip-down", ""),
        ("", ""),
    ],
)
def test_a_heading_that_names_a_thing_is_a_topic(heading: str, topic: str) -> None:
    assert topic_of(heading) == topic


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Kosten und Nutzen", "Kosten und Nutzen"),
        ("Der richtige Platz", "der richtige Platz"),
        ("Wohin damit", ""),
    ],
)
def test_german_nouns_keep_their_capitals(heading: str, topic: str) -> None:
    assert topic_of(heading, "de") == topic


ODD = """\
# Roses

Feed them well[^1] and `often`. <!-- a private
note --> Then rest&nbsp;them.

```
never closed

He said: "Leave them alone in the winter." She did. I met Lt. Miller. It is an IRA. Fine.

**Q: When do I prune?**
A: In March.

Last updated: March 3, 2024
Follow me on Instagram
© 2024 Anna. All rights reserved.

[^1]: The RHS says so.
"""


def test_markup_notes_and_furniture_never_reach_a_reader() -> None:
    first, second = draw(ODD, "roses").passages
    assert first.text == (
        "Feed them well and often. Then rest them.\n\nnever closed\n\n"
        'He said: "Leave them alone in the winter." She did. I met Lt. Miller. It is an IRA. Fine.'
    )
    assert (second.heading, second.text) == ("When do I prune?", "In March.")


def test_a_footnote_hides_nothing_of_the_text_above_some_code() -> None:
    text = "# T\n\nOne.\n\n[^1]: A note.\n\nTwo.\n\n```\ncode\n```\n\nThree.\n"
    (passage,) = draw(text, "x").passages
    assert passage.text == "One.\n\nTwo.\n\nThree."


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            "<ul><li><a>Home</a></ul><h1>Tea</h1><div>Long words on tea.</div>",
            "Long words on tea.",
        ),
        ("<div>Intro on tea.</div><div><p>More on tea.</p></div>", "Intro on tea.\n\nMore on tea."),
        ("<div>One on it.<br><br>Two on tea.</div>", "One on it.\n\nTwo on tea."),
        ("<h1>T</h1><section id='about-tea'><h2>About tea</h2><p>Green.</p></section>", "Green."),
        ("<p>Read <a id='tags'>about tags</a> here.</p>", "Read about tags here."),
        ("<p>" + "<span>" * 190 + "Deep.</p>", "Deep."),
        ("<p>Seen.</p><p style='display: none'>Hidden.</p><textarea>No.</textarea>", "Seen."),
        ("<table><tr><td><p>Lay it.</p></td></tr></table>", "Lay it."),
    ],
)
def test_the_words_of_a_page_are_found_wherever_they_lie(page: str, text: str) -> None:
    passages = draw(markdown_of(f"<body>{page}</body>"), "tea").passages
    assert "\n\n".join(passage.text for passage in passages) == text


@pytest.mark.parametrize(
    ("text", "heading", "alone"),
    [
        ("Rye has little gluten. Mix it with wheat.", "", True),
        ("This is why it fails. Mix it with wheat.", "", False),
        ("But rye is hard. Mix it with wheat.", "", False),
        ("I also recommend a book.", "", False),
        ("Ich habe auch ein Buch.", "", False),
        ("It fills them with honey.", "What's the smoke for?", True),
        ("It fills them with honey.", "The smoke", False),
        ("It is important to keep it warm.", "Rye", True),
        ("As I mentioned, rye is hard.", "", False),
        ("Knead it as shown in the picture.", "", False),
        ("Heat it to 30 degrees, never below 3.", "", True),
        ("You need:\n\n- flour\n- water", "", True),
        ("- flour\n- water", "", False),
        ("- Knead the dough for about ten minutes on a floured board.", "", True),
        ("and then the dough is ready.", "", False),
        ("You need three things:", "", False),
        ("Run this first:\n\nThen commit your work.", "", False),
        ("Dann kommt das Mehl dazu.", "", False),
        ("Es gibt zwei Sorten Mehl.", "", True),
        ("Mais la farine manque.", "", False),
        ("La harina se mezcla con agua.", "", True),
        ("In such case, keep the account open.", "", False),
        ("I started mine four years too late, and it cost me.", "", False),
        ("At the time of writing I have lived here for a year.", "", False),
        ("In diesem Fall reicht ein Anruf.", "", False),
        ("For those who bake, rye is a good flour. I left mine open.", "", True),
    ],
)
def test_what_leans_on_the_rest_of_the_article_does_not_stand_alone(
    text: str, heading: str, alone: bool
) -> None:
    assert stands_alone(text, heading) is alone


def test_in_a_letter_a_list_becomes_sentences() -> None:
    assert flowing("You need:\n\n- *flour*\n- **water**.\n\nThat is all.") == (
        "You need: flour; water.\n\nThat is all."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Tyres.** The wheels are 27 inch.", "The wheels are 27 inch."),
        ("**Kit:** A tripod will do.", "A tripod will do."),
        ("**Kit**: A tripod will do.", "A tripod will do."),
        ("**Check the frame first.** It may be bent.", "Check the frame first. It may be bent."),
        ("I **never.** Ever.", "I never. Ever."),
    ],
)
def test_the_head_of_a_paragraph_is_left_out_of_a_letter(text: str, said: str) -> None:
    assert flowing(text) == said


def test_the_head_of_a_paragraph_is_known_on_a_page() -> None:
    page = "<h1>T</h1><p><b>Kit:</b> A tripod will do.</p><p>It is <b>heavy.</b> Mine is old.</p>"
    (passage,) = draw(markdown_of(page), "t").passages
    assert flowing(passage.text) == "A tripod will do.\n\nIt is heavy. Mine is old."


def test_the_questions_of_a_page_of_questions_are_headings(tmp_path: Path) -> None:
    page = tmp_path / "bread.html"
    page.write_text(
        "<html><h1>Bread</h1><dl><dt>Why is it <b>flat</b>?</dt><dd>It proved too long.</dd></dl>"
        "<details><summary>Rye or wheat?</summary><p>Rye &amp; wheat.</p></details>"
        "<blockquote><p>Is it dear, all in all?</p></blockquote><p>Not at all.</p></html>",
        encoding="utf-8",
    )
    drawn = draw(article_text(str(page)), "bread")
    assert [(passage.heading, passage.text) for passage in drawn.passages] == [
        ("Why is it flat?", "It proved too long."),
        ("Rye or wheat?", "Rye & wheat."),
        ("Is it dear, all in all?", "Not at all."),
    ]


POST = """---
title: "Brand new bread"
draft: false
---

*By Ann Baker · 18 June 2023 · Filed under [Bread](/bread)*

[Home](/) · [Bread](/bread) · [About](/about)

![A loaf](/loaf.jpg)
*My loaf of last Sunday.*

I bake with [Gerald](https://example.com/gerald), my starter.

```sh
make bread
```

| Item | Price |
|------|-------|
| Flour | 2 euros |

## Related posts

- Another one

## 3 Comments

Bob: I don't believe it.
"""


def test_what_stands_around_the_text_of_a_post_is_left_out() -> None:
    drawn = draw(POST, "bread")
    assert drawn.article.title == "Brand new bread"
    (passage,) = drawn.passages
    assert passage.text == ("I bake with Gerald, my starter.\n\n- Item: Price\n- Flour: 2 euros")


# --- what is written ---------------------------------------------------------------------------


def test_what_is_written_is_what_is_read(drawn: DrawnFaq, tmp_path: Path) -> None:
    write.write_drawn(drawn, tmp_path / "baking-bread.yaml")
    loaded = faq_load.load(tmp_path)
    assert [passage.id for passage in loaded.passages] == [one.id for one in drawn.passages]
    assert loaded.passages[1].answer == drawn.passages[1].text
    assert loaded.articles == (replace(drawn.article, language="en"),)
    assert loaded.entries == ()


def test_what_is_no_faq_is_never_replaced(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError):
        write.write_drawn(drawn, path)
    assert path.read_text(encoding="utf-8") == "mine"


def test_drawing_again_keeps_what_the_author_wrote(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    write.write_drawn(drawn, path)
    own = path.read_text(encoding="utf-8").replace("Ask a baker in Vienna.", "Ask Hans.")
    path.write_text(own, encoding="utf-8")
    edit.add_entry(
        path, Entry(id="salt", article="bread", question="Salt?", also_asked=(), answer="Some.")
    )
    changed = ARTICLE.replace("Rye has little gluten", "Rye has no gluten").replace(
        "Well, ask any baker.", "Well, ask any old baker."
    )
    told = write.write_drawn(draw(changed, "Baking Bread"), path)
    assert (told.added, told.removed) == (("flour-basics-2",), ("flour-basics",))
    assert told.kept == ("find-good-flour",)
    loaded = faq_load.load(tmp_path)
    answers = [passage.answer for passage in loaded.passages]
    assert any("no gluten" in answer for answer in answers)
    assert any("Ask Hans." in answer for answer in answers)
    assert not any("little gluten" in answer for answer in answers)
    assert [entry.id for entry in loaded.entries] == ["salt"]


def test_what_the_article_says_again_comes_back(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    write.write_drawn(drawn, path)
    changed = draw(ARTICLE.replace("Rye has little gluten", "Spelt is another grain"), "Bread")
    write.write_drawn(changed, path)
    assert not any("Rye" in one.answer for one in faq_load.load(tmp_path).passages)
    assert write.write_drawn(drawn, path).added
    assert any("Rye" in one.answer for one in faq_load.load(tmp_path).passages)


def test_what_the_author_took_out_does_not_come_back(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    write.write_drawn(drawn, path)
    own = faq_load.load(tmp_path).passages[1]
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("  - id: flour-basics"), text.index("  - id: can-sourdough")
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    assert own.id not in faq_load.load(tmp_path).answers
    assert not write.write_drawn(drawn, path).added
    assert own.id not in faq_load.load(tmp_path).answers


def test_what_the_article_says_otherwise_comes_once_her_own_words_are_gone(
    drawn: DrawnFaq, tmp_path: Path
) -> None:
    path = tmp_path / "bread.yaml"
    write.write_drawn(drawn, path)
    own = path.read_text(encoding="utf-8").replace("Rye has little gluten", "Rye has no gluten")
    path.write_text(own, encoding="utf-8")
    changed = draw(ARTICLE.replace("little gluten", "hardly any gluten"), "Baking Bread")
    assert write.write_drawn(changed, path).kept == ("flour-basics",)
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("  - id: flour-basics"), text.index("  - id: can-sourdough")
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    (added,) = write.write_drawn(changed, path).added
    assert "hardly any" in faq_load.load(tmp_path).answers[added].answer


@pytest.mark.parametrize(
    ("farewell", "promise"),
    [
        (
            "Please let me know if you have any questions. I will get back to you soon.",
            "I will get back to you soon.",
        ),
        (
            "Wenn du Fragen hast, schreib mir bitte. Ich antworte, so schnell ich kann.",
            "Ich antworte, so schnell ich kann.",
        ),
    ],
)
def test_the_farewell_is_in_no_passage(farewell: str, promise: str) -> None:
    drawn = draw(f"# T\n\nDas Mehl ist gut.\n\n{farewell}\n", "x")
    assert drawn.article.promise == promise
    assert [passage.text for passage in drawn.passages] == ["Das Mehl ist gut."]


def test_two_articles_of_one_name_get_files_of_their_own(tmp_path: Path) -> None:
    beans, roses = (f"# {title}\n\nSome text on it.\n" for title in ("Beans", "Roses"))
    for text in (beans, roses, beans):
        one = draw(text, "index")
        write.write_drawn(one, write.file_for(one, tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index-2.yaml", "index.yaml"]
    for name in ("urgent", "personal", "general"):
        assert write.file_for(draw(beans, name), tmp_path).stem == f"{name}-2"


def test_drawing_the_same_again_changes_nothing(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    write.write_drawn(drawn, path)
    before = path.read_bytes()
    assert not write.write_drawn(drawn, path).added
    assert path.read_bytes() == before


def test_an_entry_wins_over_the_passage_that_it_holds(drawn: DrawnFaq, tmp_path: Path) -> None:
    path = tmp_path / "bread.yaml"
    write.write_drawn(drawn, path)
    passage = drawn.passages[1]
    entry = Entry(
        id="rye", article="bread", question="Is rye good?", also_asked=(), answer=passage.text
    )
    edit.add_entry(path, entry)
    loaded = faq_load.load(tmp_path)
    assert passage.id not in loaded.answers
    assert loaded.answers["rye"] == entry


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
    edit.add_phrasing(own, "flour", "which  flour do you use")
    added = OWN.replace(
        "      - what flour   # from Bob's letter\n",
        "      - what flour   # from Bob's letter\n      - which flour do you use\n",
    )
    assert own.read_text(encoding="utf-8") == added


def test_a_phrasing_that_is_known_is_not_added_again(own: Path) -> None:
    edit.add_phrasing(own, "flour", "What flour")
    edit.add_phrasing(own, "flour", "which flour?")
    assert own.read_text(encoding="utf-8") == OWN


def test_the_authors_yes_makes_an_entry_usable(own: Path) -> None:
    assert [entry.usable for entry in faq_load.load(own.parent).entries] == [True, False]
    edit.keep(own, "oven", section_hash="abc")
    assert [entry.usable for entry in faq_load.load(own.parent).entries] == [True, True]
    assert faq_load.load(own.parent).entry("oven").section_hash == "abc"


def test_a_stale_entry_is_not_used(own: Path) -> None:
    edit.mark_stale(own, "flour")
    assert not faq_load.load(own.parent).entry("flour").usable


def test_an_entry_is_dropped_and_another_added(own: Path) -> None:
    edit.drop(own, faq_load.load(own.parent).entry("oven"))
    entry = Entry(
        id="salt",
        article="bread",
        question="How much salt?",
        also_asked=("salt: how much",),
        answer="A little. " * 30 + "Never none.",
        doctor=True,
    )
    edit.add_entry(own, entry)
    assert faq_load.load(own.parent).entries[1] == entry
    assert [each.id for each in faq_load.load(own.parent).entries] == ["flour", "salt"]


@pytest.mark.parametrize(
    "answer", ["Short.", "Word " * 60 + "end.", "With: colon # and hash", "a\n\nb", "— “quoted” é"]
)
def test_an_answer_is_rewritten_and_read_back_unchanged(own: Path, answer: str) -> None:
    edit.rewrite_answer(own, "oven", answer)
    assert faq_load.load(own.parent).entry("oven").answer == answer
    assert "# from Bob's letter" in own.read_text(encoding="utf-8")


@pytest.mark.parametrize("odd", ["\x00", "\x1b[2J", "\udc80", "\ufffe"])
def test_what_no_file_takes_is_not_written(own: Path, odd: str) -> None:
    with pytest.raises(NotWritten, match="the file was not changed"):
        edit.rewrite_answer(own, "oven", f"A little{odd} of it. " * 20)
    assert own.read_text(encoding="utf-8") == OWN


def test_an_entry_that_is_not_there_changes_nothing(own: Path) -> None:
    with pytest.raises(NotFound, match="no entry `sugar`"):
        edit.keep(own, "sugar")
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
        ("Flour basics", ("Rye. Wheat.", "• one", "• two")),
    ]


def test_text_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bread.md"
    path.write_text(ARTICLE, encoding="utf-8")
    assert article_text(str(path)) == ARTICLE


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        article_text(str(tmp_path / "none.txt"))


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
    assert fetch(f"{site}/bread.html").text == PAGE


@pytest.mark.parametrize(
    "address", ["{site}/none.html", "http://127.0.0.1:1/", "http://[", "https://"]
)
def test_a_page_that_cannot_be_had_is_told_in_one_line(site: str, address: str) -> None:
    with pytest.raises(SettingsError, match="save the article as a file") as caught:
        fetch(address.format(site=site))
    assert "\n" not in str(caught.value)
