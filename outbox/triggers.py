"""Database triggers that refuse a commit with a visible change but without a Change row.

They apply to every code that writes. The WHEN of a deferred constraint trigger is evaluated when the row
changes, its body at commit: the queued trigger itself marks the row.
"""

from collections.abc import Sequence

import pgtrigger

_CHECK = """
IF NOT EXISTS (
    SELECT 1 FROM outbox_change
    WHERE object_id = {row}.{key} AND transaction = (pg_current_xact_id()::text)::bigint
) THEN
    RAISE EXCEPTION 'visible change of % % without a row in the outbox: use the service that owns it', TG_TABLE_NAME, {row}.{key}
        USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
"""


def announced(
    columns: Sequence[str], *, name: str, key: str = "id", only: tuple[str, str] | None = None
) -> list[pgtrigger.Trigger]:
    """Triggers for a model whose `columns` are visible.

    `only` limits them to rows with a value before or after, such as `("publication", "approved")`. `key` is
    the column with the announced object's id.
    """
    old, new = (f"{row}.\"{only[0]}\" = '{only[1]}'" if only else "TRUE" for row in ("OLD", "NEW"))
    return [
        _trigger(
            f"{name}_updated", pgtrigger.Update, key, "NEW", f"(({old} OR {new}) AND {_distinct(columns)})"
        ),
        _trigger(f"{name}_inserted", pgtrigger.Insert, key, "NEW", f"({new})"),
        _trigger(f"{name}_deleted", pgtrigger.Delete, key, "OLD", f"({old})"),
    ]


def _distinct(columns: Sequence[str]) -> str:
    return "(" + " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns) + ")"


def _trigger(
    name: str, operation: pgtrigger.Operation, key: str, row: str, condition: str
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition(condition),
        func=_CHECK.format(row=row, key=key),
    )
