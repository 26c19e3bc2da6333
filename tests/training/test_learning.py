import sys

import pytest
from django.core.management import CommandError

from training.learning import scikit_learn


def test_without_scikit_learn_the_command_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(CommandError, match=r"needs scikit-learn.*make setup-dev"):
        scikit_learn("ensemble")
