"""Users, how they sign in, what is counted, and what is kept for a while."""

from accounts.models.answers import ANSWERS_KEPT, IdempotentAnswer
from accounts.models.counts import GuessCount, LimitCount
from accounts.models.networks import StaffNetwork
from accounts.models.privacy import DataExport, Erasure
from accounts.models.tokens import ApiKey, TokenFamily
from accounts.models.user import LONGEST_LOGIN, AddressChange, User, UserManager, fold_login

__all__ = [
    "ANSWERS_KEPT",
    "LONGEST_LOGIN",
    "AddressChange",
    "ApiKey",
    "DataExport",
    "Erasure",
    "GuessCount",
    "IdempotentAnswer",
    "LimitCount",
    "StaffNetwork",
    "TokenFamily",
    "User",
    "UserManager",
    "fold_login",
]
