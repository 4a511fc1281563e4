"""Forms for authors and admins: the upload of bank files, and the ticks under which one is applied."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectMultipleField

WORDS = {
    "file": "Choose a file.",
    "too_many": "Many files were uploaded within the last hour. Try again a little later.",
    "blocked": "A file cannot be read as a whole, so nothing of this upload can be applied.",
    "leave_out": "Tick that the rejected questions are to be left out, or mend them and upload again.",
    "not_gone": "A tick named a question that is not gone any more. Look at the list again.",
    "case_set_torn": "Some gone questions belong to a case set that this upload changes: tick those.",
    "short": "An exam could not be filled with the bank as it would be. Nothing was changed.",
    "nothing_changed": "This upload holds nothing that the bank does not have already.",
    "upload_applied": "This upload has been applied.",
    "bank_moved": "The bank has been changed since this upload was compared with it. Upload the file again.",
}


FIELD = "item."
"""What the names of an item's own fields begin with, where it is edited."""


class UploadForm(FlaskForm):
    """One bank file, or an archive of them."""

    file = FileField("Bank file (.yml) or archive (.zip)", [FileRequired(WORDS["file"])])


class ApplyForm(FlaskForm):
    """What an admin agrees to before an upload is published; the service judges it."""

    leave_out = BooleanField()
    retire = SelectMultipleField(validate_choice=False)
