"""The pages of an account: one's own, its deletion, the first set-up, and people for admins."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action
from quizapp.services import accounts, verification
from quizapp.services.accounts import PersonDetail
from quizapp.services.errors import NotFound, Refused
from quizapp.web.columns import Column
from quizapp.web.forms.accounts import WORDS, DeleteForm, RoleForm, SetupForm, refuse
from quizapp.web.guest import reset_link as link_to_reset
from quizapp.web.identity import me
from quizapp.web.limits import CHANGE, SETUP, limited
from quizapp.web.redirects import last_page
from quizapp.web.site import site

column = Column("accounts", __name__)

_PERSON = "/accounts/people/<int(max=9223372036854775807):account_id>"


@column.page("/accounts/", Action.MANAGE_OWN_ACCOUNT)
def show() -> ResponseReturnValue:
    """One's own account."""
    return render_template("accounts/show.html", own=me())


@column.page("/accounts/preferences", Action.MANAGE_OWN_ACCOUNT, methods=("POST",))
def prefer() -> ResponseReturnValue:
    """Keep how one wants the pages, what the form names and nothing else; then back to its page."""
    accounts.prefer(site().store, me().id, request.form)
    return redirect(last_page() or url_for("accounts.show"), 303)


@column.page("/accounts/delete", Action.MANAGE_OWN_ACCOUNT, methods=("GET", "POST"))
@limited(CHANGE)
def delete() -> ResponseReturnValue:
    """What a deletion takes and leaves, and the deletion, confirmed with the password."""
    form = DeleteForm()
    status = 200
    if request.method == "POST":
        try:
            if form.validate():
                accounts.delete_account(site().store, me().id, form.password.data or "", site().now())
                session.clear()
                flash("Your account is deleted.", "success")
                return redirect(url_for("pages.home"), 303)
        except Refused as refusal:
            refuse(form, refusal.code, refusal.field)
        status = 422
    return render_template("accounts/delete.html", form=form, own=me()), status


@column.page("/setup", Action.FIRST_SET_UP, methods=("GET", "POST"))
@limited(SETUP)
def setup() -> ResponseReturnValue:
    """The first admin's account, made with the code that the server printed; not there afterwards."""
    if not accounts.setup_open(site().store):
        raise NotFound
    form = SetupForm()
    status = 200
    if request.method == "POST":
        try:
            if form.validate():
                accounts.first_admin(
                    site().store,
                    form.code.data or "",
                    form.email.data or "",
                    form.password.data or "",
                    site().now(),
                )
                flash("The admin account is ready. Log in with it.", "success")
                return redirect(url_for("security.login"), 303)
        except Refused as refusal:
            refuse(form, refusal.code, refusal.field)
        status = 422
    return render_template("accounts/setup.html", form=form), status


@column.page("/accounts/people", Action.MANAGE_PEOPLE)
def people() -> ResponseReturnValue:
    """Everybody with an account, newest first; `q` looks in e-mail addresses."""
    words = request.args.get("q", "")
    found = accounts.list_people(site().store, words, request.args.get("page", 1, type=int))
    links = tuple(
        {
            "label": str(number),
            "url": url_for("accounts.people", q=words or None, page=number),
            "current": number == found.page,
        }
        for number in _pages_near(found.page, found.pages)
    )
    return render_template("accounts/people.html", found=found, words=words, links=links)


def _pages_near(page: int, pages: int) -> list[int]:
    near = {1, pages, *range(page - 2, page + 3)}
    return sorted(number for number in near if 1 <= number <= pages)


@column.page(_PERSON, Action.MANAGE_PEOPLE)
def person(account_id: int) -> ResponseReturnValue:
    """One person: role, state, attempts, and what an admin may do."""
    detail = accounts.person(site().store, account_id)
    return _person_page(detail, RoleForm(formdata=None, role=detail.person.role))


def _person_page(detail: PersonDetail, form: RoleForm) -> str:
    return render_template("accounts/person.html", detail=detail, form=form)


@column.page(f"{_PERSON}/attempts/<attempt>", Action.MANAGE_PEOPLE)
def verify(account_id: int, attempt: str) -> ResponseReturnValue:
    """Whether a person's attempt is stored as it was: what was proven, and what differs; no answers."""
    detail = accounts.person(site().store, account_id)
    proof = verification.verify_attempt(site().store, attempt, account_id)
    return render_template("accounts/verify.html", person=detail.person, proof=proof)


@column.page(f"{_PERSON}/role", Action.MANAGE_PEOPLE, methods=("POST",))
def set_role(account_id: int) -> ResponseReturnValue:
    """Give a person a role."""
    form = RoleForm()
    try:
        if form.validate():
            accounts.set_role(site().store, account_id, form.role.data)
            flash("The role is changed. The person has to log in again.", "success")
            return redirect(url_for("accounts.person", account_id=account_id), 303)
    except Refused as refusal:
        refuse(form, refusal.code, refusal.field)
    return _person_page(accounts.person(site().store, account_id), form), 422


@column.page(f"{_PERSON}/disable", Action.MANAGE_PEOPLE, methods=("POST",))
def disable(account_id: int) -> ResponseReturnValue:
    """Log a person out everywhere and for good."""
    try:
        accounts.disable(site().store, account_id)
    except Refused as refusal:
        detail = accounts.person(site().store, account_id)
        form = RoleForm(formdata=None, role=detail.person.role)
        refuse(form, refusal.code, refusal.field)
        return _person_page(detail, form), 422
    flash("The account is disabled and logged out everywhere.", "success")
    return redirect(url_for("accounts.person", account_id=account_id), 303)


@column.page(f"{_PERSON}/enable", Action.MANAGE_PEOPLE, methods=("POST",))
def enable(account_id: int) -> ResponseReturnValue:
    """Let a person log in again."""
    accounts.enable(site().store, account_id)
    flash("The account is enabled.", "success")
    return redirect(url_for("accounts.person", account_id=account_id), 303)


@column.page(f"{_PERSON}/reset-link", Action.MANAGE_PEOPLE, methods=("POST",))
def reset_link(account_id: int) -> ResponseReturnValue:
    """A link to a new password, to be handed over without mail; shown on this page only, and kept nowhere."""
    detail = accounts.person(site().store, account_id)
    try:
        subject = accounts.reset_subject(site().store, account_id)
    except Refused as refusal:
        flash(WORDS[refusal.code], "error")
        return redirect(url_for("accounts.person", account_id=account_id), 303)
    return render_template("accounts/reset_link.html", person=detail.person, link=link_to_reset(subject))
