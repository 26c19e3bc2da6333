"""Encrypts all stored values with the newest key, in batches. Idempotent.

Beside the encrypted fields these are the secrets of second factors, which allauth keeps inside JSON.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from accounts.crypto import EncryptedTextField, is_newest, rotated

BATCH: Final = 500


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """All encrypted fields of all installed apps."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    yield model, field


def rotate_all() -> dict[str, int]:
    """Encrypt values of older keys again.

    Returns by `app.Model.field` how many values changed. Raises DecryptionFailed at a value that no key
    decrypts, without naming it; values before it stay rotated.
    """
    fields = {
        f"{model._meta.label}.{field.name}": _rotate(model, field) for model, field in encrypted_fields()
    }
    return {**fields, f"{Authenticator._meta.label}.data": _rotate_factors()}


def on_older_keys() -> int:
    """How many values an older key encrypted, or no known one."""
    fields = sum(
        not is_newest(token)
        for model, field in encrypted_fields()
        for batch in _batches(model, field)
        for _, token in batch
    )
    return fields + sum(
        not is_newest(token)
        for data in Authenticator.objects.values_list("data", flat=True).iterator()
        for token in _secrets_of(data)
    )


def _rotate_factors() -> int:
    changed = 0
    for key in Authenticator.objects.order_by("pk").values_list("pk", flat=True).iterator():
        with transaction.atomic():
            # locked: a used recovery code is marked in the same JSON
            factor = Authenticator.objects.select_for_update().get(pk=key)
            stale = [token for token in _secrets_of(factor.data) if not is_newest(token)]
            if stale:
                factor.data = _with_secrets(
                    factor.data, lambda token: token if is_newest(token) else rotated(token)
                )
                factor.save(update_fields=["data"])
            changed += len(stale)
    return changed


def _secrets_of(data: Mapping[str, Any]) -> list[str]:
    """The encrypted values of a factor: the key of an app, the seed of recovery codes, or codes taken over."""
    return [data[name] for name in ("secret", "seed") if data.get(name)] + list(
        data.get("migrated_codes", ())
    )


def _with_secrets(data: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    one = {name: change(data[name]) for name in ("secret", "seed") if data.get(name)}
    many = {name: [change(code) for code in data[name]] for name in ("migrated_codes",) if data.get(name)}
    return {**data, **one, **many}


def _rotate(model: type[models.Model], field: EncryptedTextField) -> int:
    changed = 0
    for batch in _batches(model, field):
        stale = [(pk, token, rotated(token)) for pk, token in batch if not is_newest(token)]
        with transaction.atomic(), connection.cursor() as cursor:
            for pk, token, fresh in stale:
                # only where nobody wrote meanwhile: a writer used the newest key
                cursor.execute(
                    _statement(
                        "UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s", model, field
                    ),
                    [fresh, pk, token],
                )
                changed += cursor.rowcount
    return changed


def _batches(model: type[models.Model], field: EncryptedTextField) -> Iterator[list[tuple[Any, str]]]:
    """Primary keys and stored tokens in the order of the keys, without empty ones."""
    first = _statement(
        "SELECT {key}, {column} FROM {table} WHERE {column} <> '' ORDER BY {key} LIMIT %s", model, field
    )
    following = _statement(
        "SELECT {key}, {column} FROM {table} WHERE {column} <> '' AND {key} > %s ORDER BY {key} LIMIT %s",
        model,
        field,
    )
    last: Any = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(*((first, [BATCH]) if last is None else (following, [last, BATCH])))
            batch = cursor.fetchall()
        if not batch:
            return
        yield batch
        last = batch[-1][0]


def _statement(text: str, model: type[models.Model], field: EncryptedTextField) -> sql.Composed:
    key = model._meta.pk
    return sql.SQL(text).format(  # type: ignore[arg-type]
        table=sql.Identifier(model._meta.db_table),
        column=sql.Identifier(field.column or field.name),
        key=sql.Identifier((key and key.column) or "id"),
    )
