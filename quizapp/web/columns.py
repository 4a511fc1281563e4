"""Columns of routes: a blueprint whose every route declares the action that the access policy judges."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from werkzeug.routing import Map, UnicodeConverter

from quizapp.assessment.access import Action, can
from quizapp.assessment.errors import NotAllowed
from quizapp.services.errors import NotFound, SignedOut
from quizapp.web.identity import actor
from quizapp.web.shedding import Rank, crowd, rank_of
from quizapp.web.site import site

View = Callable[..., ResponseReturnValue]
POLICIES = "quizapp_policies"


class Word(UnicodeConverter):
    """A part of an address: neither a slash nor a control character, which no database need take."""

    def __init__(self, map: Map) -> None:
        super().__init__(map)
        self.regex = r"[^/\x00-\x1f\x7f]+"


def word(text: str) -> str:
    """A name from a form or a query; raises NotFound for one that no address could hold."""
    if not text.isprintable():
        raise NotFound
    return text


class Column(Blueprint):
    """A blueprint named like its column; routes are added by `page` only."""

    def page(
        self,
        rule: str,
        action: Action,
        methods: Sequence[str] = ("GET",),
        joins_identity: bool = False,
        one_view: bool = False,
        rank: Rank | None = None,
        endpoint: str | None = None,
    ) -> Callable[[View], View]:
        """Register a view under a rule and an action.

        With `joins_identity` the view's own statement checks who asks (the save path), and the policy is
        not asked before it. With `one_view` who asks and all that the view reads come from one view of the
        data. `rank` says how long the route is served under load, where its action does not say it.
        """

        def register(view: View) -> View:
            name = endpoint or view.__name__
            guarded = view if joins_identity else _guarded(view, action)
            guarded = _in_one_view(guarded) if one_view else guarded
            guarded = _in_turn(guarded, rank or rank_of(action))
            self.add_url_rule(rule, name, guarded, methods=list(methods))
            self.record(lambda state: _declare(state.app, f"{self.name}.{name}", action))
            return view

        return register


def _guarded(view: View, action: Action) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        who = actor()
        if not can(who, action):
            if who.id is None:
                raise SignedOut
            raise NotAllowed(action.value)
        return view(*args, **kwargs)

    return guarded


def _in_one_view(view: View) -> View:
    @wraps(view)
    def reading(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        with site().store.read():
            return view(*args, **kwargs)

    return reading


def _in_turn(view: View, rank: Rank) -> View:
    if rank is Rank.ALWAYS:
        return view

    @wraps(view)
    def in_turn(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        with crowd().place_for(rank):
            return view(*args, **kwargs)

    return in_turn


def _declare(app: Any, endpoint: str, action: Action) -> None:
    app.extensions.setdefault(POLICIES, {})[endpoint] = action


def refuse_undeclared(app: Flask, guests: Sequence[str]) -> None:
    """Refuse to start with a route that declares no action; `guests` are blueprints that guard themselves."""
    declared = app.extensions.get(POLICIES, {})
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in declared and rule.endpoint.split(".")[0] not in guests:
            raise RuntimeError(f"the route {rule.rule} declares no action")
