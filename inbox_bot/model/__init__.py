"""The frozen values that pass between modules. The words are those of the glossary in the README.

All times are aware and in UTC; only the edges read a clock. Message-IDs are kept bare, without
the angle brackets.
"""

from inbox_bot.model.answers import (
    Answer,
    Article,
    AskAuthor,
    Before,
    Decision,
    Entry,
    Faq,
    Match,
    Question,
    Urgent,
)
from inbox_bot.model.drafts import (
    Actor,
    Author,
    Composed,
    Doubt,
    Draft,
    DraftKind,
    DraftState,
    Event,
    FiledState,
    Promise,
    PromiseState,
    event_on,
)
from inbox_bot.model.letters import (
    Address,
    Attachment,
    Circle,
    Fetched,
    Judgement,
    Message,
    Place,
    StoredMessage,
    Verdict,
)

__all__ = [
    "Actor",
    "Address",
    "Answer",
    "Article",
    "AskAuthor",
    "Attachment",
    "Author",
    "Before",
    "Circle",
    "Composed",
    "Decision",
    "Doubt",
    "Draft",
    "DraftKind",
    "DraftState",
    "Entry",
    "Event",
    "Faq",
    "Fetched",
    "FiledState",
    "Judgement",
    "Match",
    "Message",
    "Place",
    "Promise",
    "PromiseState",
    "Question",
    "StoredMessage",
    "Urgent",
    "Verdict",
    "event_on",
]
