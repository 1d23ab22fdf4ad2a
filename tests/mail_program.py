"""What an author's own mail program does to the Drafts folder, over IMAP."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.world import World


def remove(world: World) -> None:
    """She deletes all that lies in Drafts, for good."""
    with world.client() as client:
        client.select_folder(world.named("Drafts"))
        client.delete_messages(client.search())
        client.expunge()


def mark_deleted(world: World) -> None:
    """She deletes it in a program that only hides what it deleted."""
    with world.client() as client:
        client.select_folder(world.named("Drafts"))
        client.delete_messages(client.search())


def save_edited(world: World, text: str, message_id: str = "") -> None:
    """She opens the draft, changes it and saves it; many programs give it a new Message-ID."""
    email = _changed(world, text, message_id)
    remove(world)
    with world.client() as client:
        client.append(world.named("Drafts"), email.as_bytes(), ("\\Draft",), world.now)


def send(world: World, text: str = "", message_id: str = "") -> None:
    """She sends the one draft that lies in Drafts, as it is or changed."""
    email = _changed(world, text, message_id)
    remove(world)
    with world.client() as client:
        client.append(world.named("Sent"), email.as_bytes(), ("\\Seen",), world.now)


def _changed(world: World, text: str, message_id: str) -> EmailMessage:
    (raw,) = world.folder("Drafts")
    email = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(email, EmailMessage)
    if text:
        email.clear_content()
        email.set_content(text)
    if message_id:
        email.replace_header("Message-ID", f"<{message_id}>")
    return email


def rebuild(
    world: World, message_id: str = "", *, as_html: bool = False, keep: bool = False
) -> None:
    """The server makes the one draft anew, as Exchange, Proton Bridge and DavMail do: another order
    of the header, other lines, maybe another Message-ID, maybe the HTML part alone. With `keep` the
    old one stays beside it."""
    (raw,) = world.folder("Drafts")
    old = message_from_bytes(raw, policy=policy.default)
    assert isinstance(old, EmailMessage)
    new = EmailMessage(policy=policy.SMTP)
    for name in reversed(
        ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")
    ):
        new[name] = str(old[name])
    new["X-MS-Exchange-Organization-AuthAs"] = "Internal"
    if message_id:
        new.replace_header("Message-ID", f"<{message_id}>")
    part = old.get_body(("html",) if as_html else ("plain",))
    assert isinstance(part, EmailMessage)
    text = part.get_content()
    if as_html:
        new.set_content(text.replace("<body>", '<body dir="ltr">'), subtype="html", cte="base64")
    else:
        new.set_content(text, cte="base64")
        new.add_alternative("<html><body><pre>" + text + "</pre></body></html>", subtype="html")
    if not keep:
        remove(world)
    with world.client() as client:
        client.append(world.named("Drafts"), new.as_bytes(), ("\\Draft",), world.now)
