"""The time of practice: whoever sits a test whose timer is adjustable may ask for more near its end."""

from datetime import datetime

from quizapp.assessment.attempt import time_left
from quizapp.assessment.blueprint import Timer
from quizapp.assessment.extra_time import Reason, asked_in_practice
from quizapp.assessment.pace import LAST_MINUTES
from quizapp.services import attempts
from quizapp.store.transaction import Store


def ask_for_time(store: Store, account_id: int, public_id: str, now: datetime, request_key: str) -> bool:
    """Give more time in the last minutes of a part, each time that it is asked for.

    False where none is given: earlier, without a limit, and where time is part of the exam. The same request
    again gives nothing more. Raises NotFound.
    """
    here = attempts.standing(store, account_id, public_id, now)
    if here.stored.profile.timer is Timer.FIXED or here.current_part is None:
        return False
    part = here.attempt.parts[here.current_part]
    left = time_left(part, now)
    if part.allowance is None or left is None or left > LAST_MINUTES:
        return False
    grant = asked_in_practice(part.allowance)
    return attempts.extend(store, public_id, grant, Reason.ARRANGEMENT, None, now, request_key)
