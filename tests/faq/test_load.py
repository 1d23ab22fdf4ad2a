"""Loading the FAQ's files, and the errors that the author sees."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from inbox_bot.errors import SettingsError
from inbox_bot.faq import load as faq_load
from inbox_bot.model import Entry, Faq

OWN = Path(__file__).parents[2] / "faq"
ARTICLE = Path(__file__).parents[3] / "shared" / "article" / "massage-for-sciatica.txt"
IDS = [
    "what-is-sciatica",
    "sciatica-symptoms",
    "what-causes-sciatica",
    "treatment-options",
    "does-massage-help",
    "what-does-the-study-say",
    "massage-or-exercise",
    "which-massage-type",
    "trigger-point-massage",
    "deep-tissue-massage",
    "find-a-massage-therapist",
    "massage-chair",
    "other-benefits",
    "see-a-doctor-first",
    "will-it-work-for-me",
    "surgery",
    "authors-own-sciatica",
    "affiliate-disclosure",
    "sources-and-references",
    "contact-the-author",
]

GOOD = """\
article:
  title: On Bread
entries:
  - id: what-flour
    question: Which flour?
    also_asked: [what flour do you use]
    answer: I use rye.
"""


@pytest.fixture(scope="module")
def own() -> Faq:
    return faq_load.load(OWN)


def words(text: str) -> list[str]:
    without_links = re.sub(r"<?(?:https?://|\w+@)\S+", " ", text)
    return re.findall(r"[a-z0-9]+(?:['/%][a-z0-9]*)*", without_links.lower().replace("’", "'"))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    each = words(text)
    return {tuple(each[at : at + length]) for at in range(len(each) - length + 1)}


def advice(tmp_path: Path, **files: str) -> list[str]:
    """The lines of the error that loading these files raises, paths shortened to names."""
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        faq_load.load(tmp_path)
    return [line.replace(f"{tmp_path}/", "") for line in str(caught.value).splitlines()]


# --- the FAQ that we ship ----------------------------------------------------------------------


def test_the_faq_has_exactly_the_promised_entries(own: Faq) -> None:
    assert sorted(entry.id for entry in own.entries) == sorted(IDS)
    assert all(entry.usable for entry in own.entries)


def test_every_entry_is_asked_in_at_least_six_further_ways(own: Faq) -> None:
    assert min(len({each.lower() for each in entry.also_asked}) for entry in own.entries) >= 6


def test_no_two_entries_share_a_phrasing(own: Faq) -> None:
    phrasings = [
        " ".join(words(each))
        for entry in own.entries
        for each in (entry.question, *entry.also_asked)
    ]
    assert len(phrasings) == len(set(phrasings))


def test_every_answer_is_forty_to_a_hundred_and_twenty_words(own: Faq) -> None:
    lengths = {entry.id: len(entry.answer.split()) for entry in own.entries}
    assert {name: length for name, length in lengths.items() if not 40 <= length <= 120} == {}


def test_every_answer_speaks_in_the_first_person_like_a_person(own: Faq) -> None:
    desk = re.compile(
        r"\b(we|our|us|FAQ|inquiry|enquiry|your (first|second)? ?question|ticket|dear)\b|^#|^\d\.",
        re.IGNORECASE | re.MULTILINE,
    )
    assert [entry.id for entry in own.entries if desk.search(entry.answer)] == []
    assert [entry.id for entry in own.entries if not re.search(r"\bI\b", entry.answer)] == []


def test_the_advice_to_ask_a_doctor_is_left_to_the_templates(own: Faq) -> None:
    nagging = re.compile(r"(ask|check with|see|talk to) (your|a) doctor", re.IGNORECASE)
    preachers = [entry.id for entry in own.entries if nagging.search(entry.answer)]
    assert preachers == ["see-a-doctor-first"]
    assert sum(entry.doctor for entry in own.entries) >= 4


def test_every_answer_names_its_topic_for_letters_that_ask_several_things(own: Faq) -> None:
    assert [entry.id for entry in own.entries if not entry.topic or not entry.source] == []
    assert len({entry.topic for entry in own.entries}) == len(own.entries)


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not part of the checkout")
def test_no_eight_words_in_a_row_are_the_articles(own: Faq) -> None:
    article = runs(ARTICLE.read_text(encoding="utf-8"), 8)
    copied = {entry.id: runs(entry.answer, 8) & article for entry in own.entries}
    assert {name: found for name, found in copied.items() if found} == {}


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not part of the checkout")
def test_every_number_and_heading_is_the_articles(own: Faq) -> None:
    article = ARTICLE.read_text(encoding="utf-8")
    numbers = set(re.findall(r"\d+(?:/\d+|%)?", article))
    for entry in own.entries:
        assert set(re.findall(r"\d+(?:/\d+|%)?", entry.answer)) <= numbers, entry.id
        assert entry.source in article, entry.id


def test_the_studys_figures_are_given_whole(own: Faq) -> None:
    answer = own.entry("what-does-the-study-say").answer
    assert [each for each in ("400", "10 weeks", "1/3", "4%") if each not in answer] == []


# --- loading -----------------------------------------------------------------------------------


def test_the_files_name_is_the_articles_slug(tmp_path: Path) -> None:
    (tmp_path / "on-bread.yaml").write_text(GOOD, encoding="utf-8")
    loaded = faq_load.load(tmp_path)
    assert loaded.articles[0].slug == "on-bread"
    assert loaded.entries == (
        Entry(
            id="what-flour",
            article="on-bread",
            question="Which flour?",
            also_asked=("what flour do you use",),
            answer="I use rye.",
        ),
    )


def test_what_is_left_to_the_author_is_known_from_every_article(tmp_path: Path) -> None:
    (tmp_path / "bread.yaml").write_text(f"{GOOD}unanswered: [what does it cost]\n", "utf-8")
    cake = GOOD.replace("what-flour", "which-cake")
    (tmp_path / "cake.yaml").write_text(f"{cake}unanswered: [do you deliver]\n", "utf-8")
    assert faq_load.load(tmp_path).unanswered == ("what does it cost", "do you deliver")


def test_no_phrasing_is_both_answered_and_left_to_the_author(own: Faq) -> None:
    asked = {
        " ".join(words(text))
        for entry in own.entries
        for text in (entry.question, *entry.also_asked)
    }
    assert [text for text in own.unanswered if " ".join(words(text)) in asked] == []


def test_words_of_danger_are_no_article(tmp_path: Path) -> None:
    for name in ("urgent", "personal"):
        shutil.copy(OWN / "massage-for-sciatica.yaml", tmp_path / f"{name}.yaml")
    (tmp_path / "bread.yaml").write_text(GOOD, encoding="utf-8")
    assert [article.slug for article in faq_load.load(tmp_path).articles] == ["bread"]


@pytest.mark.parametrize("status", ["new", "stale"])
def test_an_entry_that_the_author_has_not_looked_at_is_not_usable(
    tmp_path: Path, status: str
) -> None:
    (tmp_path / "bread.yaml").write_text(f"{GOOD}    status: {status}\n", encoding="utf-8")
    assert not faq_load.load(tmp_path).entries[0].usable


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    typo = GOOD.replace("also_asked", "also_ask").replace("    answer: I use rye.\n", "")
    assert advice(tmp_path, bread=typo, cake=GOOD.replace("title", "titel")) == [
        "bread.yaml:4: `answer` is missing; write `answer: …`",
        "bread.yaml:6: `also_ask` is not a known key; write `also_asked`",
        "cake.yaml:1: `title` is missing; write `title: …`",
        "cake.yaml:2: `titel` is not a known key; write `title`",
    ]


def test_the_same_id_in_two_articles_is_a_problem_of_the_second(tmp_path: Path) -> None:
    assert advice(tmp_path, bread=GOOD, cake=GOOD) == [
        "cake.yaml:4: the ID `what-flour` is already used in bread.yaml; rename one"
    ]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("what-flour", "What Flour", "bread.yaml:4: `id`: use lowercase letters and digits with"),
        ("Which flour?", "12", "bread.yaml:5: `question` must be text"),
        ("[what flour do you use]", "yes please", "bread.yaml:6: `also_asked` must be a list"),
        ("[what flour do you use]", "[a, 3]", "bread.yaml:6: `also_asked`, item 2, must be text"),
        ("I use rye.", "''", "bread.yaml:7: `answer` is empty"),
        ("I use rye.", "x\n    doctor: maybe", "bread.yaml:8: `doctor` must be true or false"),
        ("I use rye.", "x\n    status: old", "bread.yaml:8: `status` must be 'new', 'stale' or"),
        ("On Bread", "On Bread\n  url: bread.com", "bread.yaml:3: `url`: use the full address"),
        ("On Bread", "On: Bread", "bread.yaml:2: this isn't valid YAML"),
        ("    answer", "    question: again\n    answer", "bread.yaml:7: found duplicate key"),
        ("entries:", "entry:", "bread.yaml:3: `entry` is not a known key; write `entries`"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, was: str, now: str, told: str
) -> None:
    lines = advice(tmp_path, bread=GOOD.replace(was, now, 1))
    assert [line for line in lines if line.startswith(told)], lines


@pytest.mark.parametrize("text", ["", "- a list\n", "just words\n", "[" * 1200, "a: !!x {}\n"])
def test_a_file_that_is_no_faq_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    lines = advice(tmp_path, bread=text)
    assert len(lines) == 1
    assert lines[0].startswith("bread.yaml")


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "bread.yaml").write_bytes(GOOD.replace("rye", "Bäckermehl").encode("latin-1"))
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        faq_load.load(tmp_path)


def test_a_folder_that_is_missing_or_empty_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="folder not found"):
        faq_load.load(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="inbox-bot faq draw"):
        faq_load.load(tmp_path)
