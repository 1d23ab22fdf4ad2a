"""The Flask app: every address of the review page, and the guards around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter
from werkzeug.utils import cached_property
from werkzeug.wrappers import Response as AnyResponse

from inbox_bot.drafting.mime import clean
from inbox_bot.errors import (
    OUTDATED,
    Conflict,
    InboxBotError,
    NotFound,
    SettingsError,
    StoreUnavailable,
    UnsafeReply,
    WrongUse,
)
from inbox_bot.web import (
    actions,
    attachments,
    backup_pages,
    compare_pages,
    faq_pages,
    forgotten,
    learn_pages,
    login,
    push_pages,
    report_pages,
    sessions,
    settings_pages,
    several_pages,
    views,
    wording_pages,
)
from inbox_bot.web.headers import protect
from inbox_bot.web.page import NAME, Page, here
from inbox_bot.web.rendering import folder, show

NOT_FOUND = "Page not found"
LARGEST_FORM = 1_000_000
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Address:
    path: str
    view: Callable[..., AnyResponse]
    method: str = "GET"


ADDRESSES = (
    Address("/", views.queue),
    Address("/letter/<int:letter_id>", views.letter),
    Address("/letter/<int:letter_id>", actions.show_again, "POST"),
    Address("/letter/<int:letter_id>/original", views.original),
    Address("/letter/<int:letter_id>/html", views.letter_html),
    Address("/letter/<int:letter_id>/attachment/<int:number>", attachments.attachment),
    Address("/letter/<int:letter_id>/picture/<int:number>", attachments.picture),
    Address("/reply/<int:draft_id>/<int:version>/html", views.reply_html),
    Address("/sent", views.sent),
    Address("/several", several_pages.several),
    Address("/several", several_pages.send_several, "POST"),
    Address("/several/undo", several_pages.undo_several, "POST"),
    Address("/search", views.search),
    Address("/others", views.others),
    Address("/keys", views.keys),
    Address("/faq", faq_pages.faq),
    Address("/article/new", faq_pages.new_article),
    Address("/article/new", faq_pages.draw_article, "POST"),
    Address("/article/<slug>", faq_pages.article),
    Address("/article/<slug>", faq_pages.mend_article, "POST"),
    Address("/wording", wording_pages.wordings),
    Address("/wording/<name>", wording_pages.wording),
    Address("/wording/<name>/<verb>", wording_pages.mend_wording, "POST"),
    Address("/faq/<entry_id>", faq_pages.entry),
    Address("/faq/<entry_id>/<verb>", faq_pages.mend, "POST"),
    Address("/entry/new", learn_pages.new_entry),
    Address("/entry/new", learn_pages.keep_entry, "POST"),
    Address("/kept/<int:number>", learn_pages.kept),
    Address("/often/<int:draft_id>/later", learn_pages.not_now, "POST"),
    Address("/forgotten/<int:letter_id>/<verb>", forgotten.decide, "POST"),
    Address("/report", report_pages.report),
    Address("/settings", settings_pages.settings_page),
    Address("/settings/save", settings_pages.save_settings, "POST"),
    Address("/settings/<name>/<verb>", settings_pages.change_list, "POST"),
    Address("/backups", backup_pages.backups),
    Address("/backups/new", backup_pages.make_backup, "POST"),
    Address("/backups/<name>/restore", backup_pages.restore_backup, "POST"),
    Address("/upgrade", backup_pages.upgrade_steps, "POST"),
    Address("/push/<verb>", push_pages.change_push, "POST"),
    Address("/sending/<verb>", settings_pages.sending, "POST"),
    Address("/compare", compare_pages.compare),
    Address("/compare/<int:letter_id>/<word>", compare_pages.record_comparison, "POST"),
    Address("/look", actions.poll_now, "POST"),
    Address("/rules/take-back", actions.take_back_rule, "POST"),
    Address("/lesson/<int:draft_id>", learn_pages.lesson),
    Address("/lesson/<int:draft_id>", learn_pages.keep_lesson, "POST"),
    Address("/healthz", views.healthz),
    Address("/begin", actions.begin, "POST"),
    Address("/draft/<int:draft_id>/<verb>", actions.change_draft, "POST"),
    Address("/letter/<int:letter_id>/<verb>", actions.change_letter, "POST"),
    Address("/open/<ticket>", login.enter_by_link),
    Address("/enter/<ticket>", login.show_mailed_link),
    Address("/enter/<ticket>", login.enter_by_mailed_link, "POST"),
    Address("/login", login.log_in),
    Address("/login/link", login.ask_for_link, "POST"),
    Address("/login", login.log_in_with_password, "POST"),
    Address("/logout", login.log_out, "POST"),
)

STATUS: tuple[tuple[type[InboxBotError], int], ...] = (
    (WrongUse, 400),
    (NotFound, 404),
    (Conflict, 409),
    (UnsafeReply, 409),
    (SettingsError, 500),
    (StoreUnavailable, 503),
)


class _Number(IntegerConverter):
    """At most as many digits as an id in the store."""

    regex = "[0-9]{1,12}"


class _Word(UnicodeConverter):
    """A name without control characters or surrogates."""

    regex = "[^/\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]{1,200}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = type(self).regex


class _Asked(Request):
    """Strips control characters from all fields except the password."""

    @cached_property
    def form(self) -> ImmutableMultiDict[str, str]:
        return ImmutableMultiDict(
            (name, value if name == "password" else clean(value))
            for name, value in super().form.items(multi=True)
        )


class _Cookies(SecureCookieSessionInterface):
    """Sets Secure on cookies where the request came over TLS, as it does not on loopback."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002  Flask's
        return request.is_secure


def make_app(page: Page) -> Flask:
    app = Flask(NAME, static_folder=str(folder() / "static"), template_folder=None)
    app.config.update(
        SECRET_KEY=page.key,
        SESSION_COOKIE_NAME="inbox_bot",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=sessions.TRUSTED_LIFE,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a draft may be open overnight
    )
    app.request_class = _Asked
    app.session_interface = _Cookies()
    app.extensions[NAME] = page
    app.before_request(_refuse_newer_store)
    app.before_request(login.guard)
    CSRFProtect(app)
    app.after_request(protect)
    app.register_error_handler(InboxBotError, _tell)
    app.register_error_handler(HTTPException, _tell_http)
    app.url_map.converters |= {"int": _Number, "default": _Word}
    for one in ADDRESSES:
        app.add_url_rule(
            one.path, one.view.__name__, one.view, methods=[one.method], strict_slashes=False
        )
    return app


def _refuse_newer_store() -> Response | None:
    if request.endpoint in ("static", "healthz") or not here().bot.store.is_newer():
        return None
    return show("trouble", {"title": "A newer version is needed", "text": OUTDATED}, 503)


def _tell(error: InboxBotError) -> Response:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    title = NOT_FOUND if status == 404 else "That didn't work"
    return show("trouble", {"title": title, "text": str(error)}, status)


def _tell_http(error: HTTPException) -> Response:
    """Flask's own errors: no such address, wrong method, no CSRF token, unknown Host."""
    text = error.description or "This can't be shown."
    title = NOT_FOUND if error.code == 404 else "That didn't work"
    return show("trouble", {"title": title, "text": text}, error.code or 500)
