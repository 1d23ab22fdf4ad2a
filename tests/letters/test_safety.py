"""The safety rules before matching: danger, and letters that need a person.

`data/safety.yaml` has the phrasings, in families of how people really type.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from inbox_bot.errors import SettingsError
from inbox_bot.faq import load as faq_load
from inbox_bot.letters.safety import SafetyRules
from inbox_bot.letters.safety.words import one_slip

OWN = Path(__file__).parents[2] / "faq"
PHRASINGS: dict[str, list[str]] = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "data" / "safety.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def safety() -> SafetyRules:
    return SafetyRules.load(OWN)


def own_rules(tmp_path: Path, rules: str) -> SafetyRules:
    """SafetyRules with these rules for danger and none for people."""
    (tmp_path / "urgent.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "personal.yaml").write_text("rules: []\n", encoding="utf-8")
    return SafetyRules.load(tmp_path)


# --- the rules that we ship ----------------------------------------------------------------------


def test_every_sign_of_danger_is_seen(safety: SafetyRules) -> None:
    assert [text for text in PHRASINGS["urgent"] if not safety.urgent(text)] == []


def test_hardly_any_everyday_question_is_a_false_alarm(safety: SafetyRules) -> None:
    alarms = {text: safety.urgent(text) for text in PHRASINGS["ordinary"]}
    false = {text: reason for text, reason in alarms.items() if reason}
    assert len(false) <= 0.02 * len(alarms), false


def test_what_is_denied_asked_in_theory_or_long_past_is_no_danger(safety: SafetyRules) -> None:
    assert {text: why for text in PHRASINGS["denied"] if (why := safety.urgent(text))} == {}


def test_what_needs_a_person_is_seen(safety: SafetyRules) -> None:
    assert [text for text in PHRASINGS["personal"] if not safety.personal(text)] == []


def test_everyday_questions_need_no_person(safety: SafetyRules) -> None:
    asked = {text: safety.personal(text) for text in PHRASINGS["ordinary"]}
    false = {text: reason for text, reason in asked.items() if reason}
    assert len(false) <= 0.02 * len(asked), false


@pytest.mark.parametrize(
    ("text", "angry"),
    [
        ("Such a good read. No need to reply.", False),
        ("It all makes sense now; no response necessary.", False),
        ("Please do not feel obliged to reply.", False),
        ("No need to reply, you never replied to my other letters.", True),
        ("I had no reply from you.", True),
    ],
)
def test_who_wants_no_answer_is_not_angry_that_none_came(
    safety: SafetyRules, text: str, angry: bool
) -> None:
    assert ("complaint" in safety.personal(text)) is angry


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Does massage cure cancer?", "another illness"),
        ("My dog has sciatica. Would massage help?", "an animal"),
        ("Is it OK to take ibuprofen?", "a drug"),
        ("I'm 20 weeks pregnant. Is massage safe for me?", "a pregnancy"),
        ("Are you a doctor?", "about you"),
        ("You made a mistake: the study is older.", "disagrees"),
    ],
)
def test_what_the_article_does_not_cover_goes_to_the_author_with_its_reason(
    safety: SafetyRules, text: str, reason: str
) -> None:
    assert reason in safety.personal(text)
    assert safety.urgent(text) == ""


def test_no_phrasing_of_an_entry_is_kept_from_its_answer(safety: SafetyRules) -> None:
    entries = faq_load.load(OWN).entries
    phrasings = [text for entry in entries for text in (entry.question, *entry.also_asked)]
    assert [text for text in phrasings if safety.urgent(text) or safety.personal(text)] == []


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Your article on massage for sciatica\n\nMy pain is worse at night. Why?", False),
        ("I loved your article. I can barely walk. Is a massage chair worth it?", False),
        ("I followed your article. My pain is much worse now.", True),
        ("Stenosis\n\nShould I get a massage?", True),
    ],
)
def test_pain_is_not_put_down_to_the_article_that_the_subject_names(
    safety: SafetyRules, text: str, person: bool
) -> None:
    assert bool(safety.personal(text)) is person


def test_pregnancy_alone_is_no_danger(safety: SafetyRules) -> None:
    assert safety.urgent("I'm 7 months pregnant with sciatica, is massage safe?") == ""


def test_the_reason_quotes_the_letter_as_it_was_written(safety: SafetyRules) -> None:
    reason = safety.urgent("Hello,\n\nsince Monday I can’t\nreally PEE. Help!")
    assert reason.endswith(": “can’t really PEE”")


def test_self_harm_has_words_of_its_own_and_a_numb_saddle_the_usual_ones(
    safety: SafetyRules,
) -> None:
    templates = [
        danger.template
        for text in ("I don't want to live any more", "I can't pee and my crotch is numb")
        if (danger := safety.danger(text))
    ]
    assert templates == ["urgent-crisis", "urgent"]


# --- how a rule is read --------------------------------------------------------------------------

RULES = """\
groups:
  numb: [numb, no feeling]
rules:
  - reason: numb
    patterns:
      - <numb> .. between legs
      - <gone dead|went dead> & hands|arms
      - <numb>|dead|<fast asleep|out cold> & head
      - fevers && back*
    unless: [pillow between legs]
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("numb all over between my legs", True),
        ("numb one two three four between the legs", True),
        ("numb one two three four five between the legs", False),
        ("numb. Between my legs", False),
        ("NUMB ... between my legs", False),
        ("no feeling between my legs", True),
        ("not numb between my legs", False),
        ("I don't have numb spots between my legs", False),
        ("numb with a pillow between my legs", False),
        ("numb between my legs. A pillow. Between my legs", True),
        ("my pillow. Between legs numb, and between my legs", True),
        ("between my arms it has gone dead", True),
        ("my hands, my fingers, all of it has gone dead", True),
        ("my head is out cold", True),
        ("my head is dead", True),
        ("my head has no feeling", True),
        ("my head is asleep", False),
        ("fevres. And my\n\nbackache", True),
        ("forevers and my back", False),
        ("no feeling, and it is between my legs", True),
        ("numb\nbetween my legs", True),
        ("numb\n\nbetween my legs", False),
        ("numb between my legs: no", False),
        ("numb between my legs? None.", False),
        ("numb between my legs. No idea why", True),
        ("if I ever get numb between my legs", False),
        ("I'm numb between my legs, what if it stays", True),
        ("I read that people get numb between their legs", False),
        ("do people get numb between the legs? I have it since Monday", True),
        ("people get numb between the legs, and my husband is", True),
        ("I used to be numb between my legs", False),
        ("I used to be numb between my legs and now again", True),
        ("I was numb between my legs in May, it went away", False),
        ("the pain went away, but I'm numb between my legs", True),
        ("years ago I was numb between my legs, it is fine now", False),
        ("I was numb between my legs, it is fine now", True),
        ("I was numb between my legs but the doctor said everything is well", False),
        ("I care for a man who is numb between the legs", False),
        ("my doctor asked about numb spots between the legs", False),
        ("my doctor asked about my numb spots between the legs", True),
        ("how would I know that people are numb between the legs", False),
        ("how would I know, my head is dead", True),
        ("our toddler is numb between the legs", False),
        ("my aunt died of no feeling between the legs", False),
        ("numb between my legs, none of that", False),
        ("", False),
        ("\x00\u202e😀", False),
    ],
)
def test_a_pattern_means_what_the_file_says(tmp_path: Path, text: str, found: bool) -> None:
    assert bool(own_rules(tmp_path, RULES).urgent(text)) is found


def test_a_group_is_filled_into_the_phrases_that_name_it(tmp_path: Path) -> None:
    rules = """\
groups:
  without: [no, lost]
  feeling: [feeling, <kind|sort> of sense]
  gone: [<without> <feeling>]
rules:
  - reason: numb
    patterns: [<gone> .. legs]
    unless: [<without> feeling for]
"""
    safety = own_rules(tmp_path, rules)
    found = ["lost the sort of sense in my legs", "no feeling in my legs", "lost feeling for legs"]
    assert [bool(safety.urgent(text)) for text in found] == [True, True, False]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("gone: [<gone> away]", ":3: `<gone>`: the group <gone> names itself"),
        ("gone: [<lost> away]", ":3: `<gone>`: there is no group <lost>; define it"),
    ],
)
def test_a_group_that_cannot_be_filled_in_is_told(tmp_path: Path, line: str, told: str) -> None:
    rules = f"groups: {{{line}}}\nrules:\n  - {{reason: x, patterns: [<gone>], unless: [<gone>]}}\n"
    with pytest.raises(SettingsError) as caught:
        own_rules(tmp_path, rules)
    assert told in str(caught.value)


HISTORY = """\
rules:
  - reason: cancer
    past: true
    patterns: [cancer && pain at night]
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I had cancer. The pain at night is new.", True),
        ("My mother had cancer. I have pain at night.", False),
        ("My mother had cancer. She has pain at night, can I help?", True),
        ("My mother has cancer. I wonder about the pain at night.", True),
        ("My mother had cancer last week, and I know she has pain at night.", True),
        ("My mother and I had cancer. I have pain at night.", True),
        ("My father died of cancer. I have pain at night.", False),
    ],
)
def test_an_illness_of_the_family_is_not_the_readers(
    tmp_path: Path, text: str, found: bool
) -> None:
    assert bool(own_rules(tmp_path, HISTORY).urgent(text)) is found


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("<num> .. legs", "there is no group <num>; define it under `groups:` (<numb>)"),
        ("numb .. ", "a side is empty"),
        ("numb < legs", "write `<group>`, `word|word`"),
        ("numb|| legs", "no space at `|`"),
        ("numb | dead legs", "no space at `|`"),
        ("<numb>dead legs", "no space at `|`"),
        ("numb & .. legs", "a side is empty"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, pattern: str, told: str
) -> None:
    broken = RULES.replace("<numb> .. between legs", f'"{pattern}"')
    with pytest.raises(SettingsError) as caught:
        own_rules(tmp_path, broken)
    assert f"urgent.yaml:6: `{pattern.strip()}`: " in str(caught.value)
    assert told in str(caught.value)


def test_missing_files_are_told_both_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        SafetyRules.load(tmp_path)
    assert [line.rsplit("/", 1)[1] for line in str(caught.value).splitlines()] == [
        "urgent.yaml: there is no such file",
        "personal.yaml: there is no such file",
    ]


@pytest.mark.parametrize(
    ("word", "other", "same"),
    [
        ("bladder", "bladder", True),
        ("bladdder", "bladder", True),
        ("blader", "bladder", True),
        ("bladdre", "bladder", True),
        ("blidder", "bladder", True),
        ("numbnes", "numbness", True),
        ("bldr", "bladder", False),
        ("blanket", "bladder", False),
    ],
)
def test_one_slip_of_the_finger_is_understood(word: str, other: str, same: bool) -> None:
    assert one_slip(word, other) is same


@pytest.mark.parametrize(
    "hostile",
    [
        "numb between my legs no fever " * 35_000,
        "no " * 350_000,
        "numb " * 200_000,
        "a" * 1_000_000,
        "'" * 1_000_000,
        "\n" * 1_000_000,
        "not numb numb feeling groin between my legs pee bladder control " * 16_000,
        "\u0301" * 500_000,
    ],
)
def test_a_hostile_megabyte_is_read_to_its_end(safety: SafetyRules, hostile: str) -> None:
    # Not timed here: a search that is not bounded would take hours, and the suite would hang.
    assert isinstance(safety.urgent(hostile), str)
    assert isinstance(safety.personal(hostile), str)
    assert safety.urgent(f"{hostile}\n\nI can't pee.")


@pytest.mark.parametrize(
    "text",
    [
        "Since today I cannot pass uri-\nne, and I am numb between my legs.",
        "word " * 20_000 + "I am numb between my legs and cannot pass urine. " + "word " * 20_000,
    ],
)
def test_danger_is_heard_across_broken_words_and_in_long_letters(
    safety: SafetyRules, text: str
) -> None:
    assert safety.danger(text)
    assert not safety.danger("We talked about self-\nhelp and long-\nterm exercise.")
