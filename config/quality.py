"""The quality gates from the environment."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from pipeline.contract.quality import DEFAULTS, QualityRules, read_setting, spelled


def quality_rules(env: Any) -> QualityRules:
    """`QUALITY_COMPLETENESS=0.3,0.8` (weight, threshold) and so on, `QUALITY_OVERALL=0.7`.

    `off` disables one.

    An error message names the variable.
    """
    settings = {}
    for name, default in DEFAULTS.items():
        variable = f"QUALITY_{name.upper()}"
        try:
            settings[name] = read_setting(name, env.str(variable, default=spelled(name, default)), default)
        except ValueError as error:
            raise ImproperlyConfigured(f"{variable}: {error}.") from error
    try:
        return QualityRules(settings=settings)
    except ValueError as error:
        raise ImproperlyConfigured(f"QUALITY_…: {error}") from error
