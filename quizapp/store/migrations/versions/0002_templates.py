"""Item templates: their versions, and from which template and seed an item version was dealt."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TRIGGERS = {
    "sqlite": [
        "CREATE TRIGGER template_version_no_update BEFORE UPDATE ON template_version BEGIN SELECT RAISE(ABORT, 'template_version is append-only'); END",
        "CREATE TRIGGER template_version_no_delete BEFORE DELETE ON template_version BEGIN SELECT RAISE(ABORT, 'template_version is append-only'); END",
        "CREATE TRIGGER variant_no_update BEFORE UPDATE ON variant BEGIN SELECT RAISE(ABORT, 'variant is append-only'); END",
        "CREATE TRIGGER variant_no_delete BEFORE DELETE ON variant BEGIN SELECT RAISE(ABORT, 'variant is append-only'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER template_version_no_update BEFORE UPDATE ON template_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER template_version_no_delete BEFORE DELETE ON template_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER variant_no_update BEFORE UPDATE ON variant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER variant_no_delete BEFORE DELETE ON variant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ],
}


def upgrade() -> None:
    """Add both tables with their guards."""
    op.create_table(
        "template_version",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "variant",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["item_version.version"]),
        sa.ForeignKeyConstraint(["template"], ["template_version.version"]),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_index("variant_template", "variant", ["template"], unique=False)
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Forget templates; the variants that were dealt stay, as items like any other."""
    op.drop_table("variant")
    op.drop_table("template_version")
