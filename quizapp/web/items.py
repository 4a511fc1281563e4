"""Banks and items over HTTP: lists, previews, uploads and what becomes of them."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.assessment.access import Action, Role
from quizapp.assessment.variants.dealt import SPECIMEN
from quizapp.services import banks as bank_service
from quizapp.services import editing, items, uploads
from quizapp.services import facts as fact_service
from quizapp.services.errors import Conflict, Refused
from quizapp.services.items import ItemList
from quizapp.services.revisions import Fate
from quizapp.services.uploads import UploadReport
from quizapp.web.columns import Column
from quizapp.web.forms.items import FIELD, WORDS, ApplyForm, UploadForm
from quizapp.web.identity import me
from quizapp.web.site import site

column = Column("items", __name__, url_prefix="/items")

_ITEM = "/<int(max=9223372036854775807):item_id>"
_UPLOAD = "/uploads/<public_id>"
_FILTERS = ("topic", "status", "interaction", "level", "difficulty", "words")
DIFFICULTIES = {"1": "Easy", "2": "Middling", "3": "Hard"}


@column.page("/", Action.PREVIEW_ITEMS)
def index() -> ResponseReturnValue:
    """The items of a bank, filtered and searched."""
    chosen = {name: request.args.get(name, "") for name in _FILTERS}
    page = request.args.get("page", 1, type=int)
    found = items.list_items(site().store, request.args.get("bank"), items.wanted_items(**chosen), page)
    return render_template(
        "items/index.html",
        found=found,
        chosen=chosen,
        banks=bank_service.list_banks(site().store),
        choices=_choices(found),
        ways=items.TITLES,
        difficulties=DIFFICULTIES,
        links=_pages(found, chosen),
        beside=_beside(found, chosen),
        filtered=any(chosen.values()),
    )


def _choices(found: ItemList | None) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, "any" first."""
    offered: dict[str, list[tuple[str, str]]] = {
        "topic": [(name, f"{name} {title}") for name, title in (found.topics if found else ())],
        "status": [(one, one.capitalize()) for one in items.STATUSES],
        "interaction": list(items.TITLES.items()),
        "level": [(one, one.capitalize()) for one in items.LEVELS],
        "difficulty": list(DIFFICULTIES.items()),
    }
    return {name: [("", "Any"), *pairs] for name, pairs in offered.items()}


def _page_url(found: ItemList, chosen: dict[str, str], page: int) -> str:
    held: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return url_for(".index", bank=found.bank_slug, page=page, **held)


def _pages(found: ItemList | None, chosen: dict[str, str]) -> list[dict[str, Any]]:
    if found is None:
        return []
    near = sorted({1, found.pages, *range(found.page - 2, found.page + 3)})
    return [
        {"label": str(one), "url": _page_url(found, chosen, one), "current": one == found.page}
        for one in near
        if 1 <= one <= found.pages
    ]


def _beside(found: ItemList | None, chosen: dict[str, str]) -> dict[str, str | None]:
    """The addresses of the page before and the page after."""
    beside: dict[str, str | None] = {"previous": None, "next": None}
    if found and found.page > 1:
        beside["previous"] = _page_url(found, chosen, found.page - 1)
    if found and found.page < found.pages:
        beside["next"] = _page_url(found, chosen, found.page + 1)
    return beside


@column.page(_ITEM, Action.PREVIEW_ITEMS)
def show(item_id: int) -> ResponseReturnValue:
    """One item as a candidate would see it, then its explanation."""
    seed = request.args.get("seed", type=int)
    preview = items.preview_item(site().store, me().id, item_id, request.args.get("version"), seed)
    return render_template(
        "items/show.html",
        preview=preview,
        seed=seed or SPECIMEN,
        ways=items.TITLES,
        difficulties=DIFFICULTIES,
        may_retire=_is_admin() and preview.row.status != "retired",
        is_admin=_is_admin(),
    )


@column.page(f"{_ITEM}/edit", Action.CHECK_BANKS)
def edit(item_id: int) -> ResponseReturnValue:
    """One item as a form; nothing is published by it."""
    form = editing.opened(site().store, me().id, item_id, request.args.get("version"))
    return render_template("items/edit.html", form=form, prefix=FIELD, ways=items.TITLES)


@column.page(f"{_ITEM}/edit", Action.CHECK_BANKS, methods=("POST",), endpoint="edited")
def edited(item_id: int) -> ResponseReturnValue:
    """Stage an edit and show what it would change, or give the form back as it was typed."""
    typed = {
        name.removeprefix(FIELD): value for name, value in request.form.items() if name.startswith(FIELD)
    }
    status = 200
    for act in editing.Act:
        if act.value in request.form:
            form = editing.reworked(site().store, me().id, item_id, typed, act, request.form[act.value])
            break
    else:
        try:
            public_id, form = editing.save(site().store, me().id, item_id, typed, site().now())
        except Refused as refused:
            flash(WORDS[refused.code], "error")
            public_id, form = None, editing.kept(site().store, me().id, item_id, typed)
        if public_id:
            return redirect(url_for(".uploaded", public_id=public_id), 303)
        status = 422
    return render_template("items/edit.html", form=form, prefix=FIELD, ways=items.TITLES), status


@column.page(f"{_ITEM}/retire", Action.PUBLISH_BANKS, methods=("POST",))
def retire(item_id: int) -> ResponseReturnValue:
    """Take an item out of every draw at once."""
    items.retire_item(site().store, item_id, site().now())
    flash("The question is retired. Tests under way keep it; no new test will ask it.", "success")
    return redirect(url_for(".show", item_id=item_id), 303)


@column.page("/banks", Action.PREVIEW_ITEMS)
def banks() -> ResponseReturnValue:
    """Every bank with its counts, its revision and its files."""
    return render_template(
        "items/banks.html",
        banks=bank_service.list_banks(site().store),
        recent=uploads.recent(site().store, _own_only()),
    )


@column.page("/facts", Action.PREVIEW_ITEMS)
def facts() -> ResponseReturnValue:
    """The dated facts of a bank with their items, those that are overdue first."""
    found = fact_service.list_facts(site().store, request.args.get("bank"), site().now().date())
    return render_template("items/facts.html", found=found, banks=bank_service.list_banks(site().store))


@column.page("/banks/<slug>.zip", Action.PREVIEW_ITEMS)
def export(slug: str) -> ResponseReturnValue:
    """A bank's files in one archive."""
    content = bank_service.export_bank(site().store, slug, me().id)
    reply = Response(content, mimetype="application/zip")
    reply.headers["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return reply


@column.page("/uploads/new", Action.CHECK_BANKS, methods=("GET", "POST"))
def upload() -> ResponseReturnValue:
    """Upload bank files; nothing is published by it."""
    form = UploadForm()
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.validate():
                sent = form.file.data
                public_id = uploads.stage_upload(
                    site().store, me().id, sent.filename or "", sent.read(), site().now()
                )
                return redirect(url_for(".uploaded", public_id=public_id), 303)
        except Refused as refused:
            form.file.errors = [WORDS[refused.code]]
    most = site().settings.max_upload_mib
    return render_template("items/upload.html", form=form, most=most, is_admin=_is_admin()), status


@column.page(_UPLOAD, Action.CHECK_BANKS)
def uploaded(public_id: str) -> ResponseReturnValue:
    """What an upload would change, and what stands in its way."""
    return _report_page(uploads.upload_report(site().store, public_id, _own_only()), ApplyForm())


@column.page(f"{_UPLOAD}/apply", Action.PUBLISH_BANKS, methods=("POST",))
def apply(public_id: str) -> ResponseReturnValue:
    """Publish an upload, or say why not and keep the ticks."""
    form = ApplyForm()
    ticked = form.retire.data or []
    try:
        revision = uploads.apply_upload(
            site().store, public_id, ticked, bool(form.leave_out.data), me().id, site().now()
        )
    except (Refused, Conflict) as stopped:
        report = uploads.upload_report(site().store, public_id, None, ticked)
        page = _report_page(report, form, stopped.code)
        return page, 409 if isinstance(stopped, Conflict) else 422
    flash(f"Applied. The bank is now at revision {revision}.", "success")
    return redirect(url_for(".uploaded", public_id=public_id), 303)


def _report_page(report: UploadReport, form: ApplyForm, stopped: str | None = None) -> str:
    ticked = set(form.retire.data or ())
    return render_template(
        "items/uploaded.html",
        report=report,
        fates={fate.value: report.fated(fate) for fate in Fate},
        obstacle=WORDS[report.obstacle] if report.obstacle else None,
        stopped=WORDS[stopped] if stopped else None,
        ticked=ticked,
        leave_out=bool(form.leave_out.data),
        is_admin=_is_admin(),
        may_tick=_may_tick(report),
    )


def _may_tick(report: UploadReport) -> bool:
    """Whether there is anything left to decide; a quota that is short may depend on the ticks."""
    return _is_admin() and report.obstacle in (None, "short")


def _is_admin() -> bool:
    return me().role == Role.ADMIN


def _own_only() -> int | None:
    """Authors see their own uploads; admins see all."""
    return None if _is_admin() else me().id
