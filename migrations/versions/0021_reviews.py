"""reviews: rounds whose steps are fits, and the pages that people look at"""

import sqlalchemy as sa
from alembic import op

from app.core.database import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KIND = "ck_rounds_kind"


def upgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=6), nullable=False, server_default="loop"))
        batch_op.add_column(sa.Column("review", sa.JSON(), nullable=True))
        batch_op.create_check_constraint(op.f(KIND), "kind IN ('loop', 'review')")
    op.create_table(
        "review_pages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.String(length=32), nullable=True),
        sa.Column("images", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("labelled", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Integer(), nullable=False),
        sa.Column("learned", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('ready', 'open', 'confirmed')", name=op.f("ck_review_pages_state")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_review_pages_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_pages")),
    )
    columns = ["round_id", "state", "position"]
    op.create_index(op.f("ix_review_pages_round_id_state_position"), "review_pages", columns)
    op.create_table(
        "page_images",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("image_id", sa.String(length=32), nullable=False),
        sa.Column("page_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_page_images_image_id_images"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["page_id"],
            ["review_pages.id"],
            name=op.f("fk_page_images_page_id_review_pages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_page_images_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "image_id", name=op.f("pk_page_images")),
    )
    op.create_index(op.f("ix_page_images_image_id"), "page_images", ["image_id"])
    op.create_index(op.f("ix_page_images_page_id"), "page_images", ["page_id"])


def downgrade() -> None:
    op.drop_table("page_images")
    op.drop_table("review_pages")
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(KIND), type_="check")
        batch_op.drop_column("review")
        batch_op.drop_column("kind")
