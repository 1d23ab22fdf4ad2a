from inbox_bot.questions import find_questions, single


def test_each_question_of_a_letter_is_found_with_what_it_needs() -> None:
    found = find_questions("I read about trigger points. Is it painful? Thanks, Jane")
    assert [(q.text, q.context) for q in found] == [
        ("Is it painful?", "I read about trigger points.")
    ]


def test_a_line_alone_is_a_question_unless_it_is_thanks() -> None:
    assert [q.text for q in single("price of a session")] == ["price of a session"]
    assert single("thank you so much") == ()
