"""Codes of an authenticator app work once (RFC 6238, 5.2).

allauth notes a used code in the cache for half a minute, while the code is accepted for up to a minute and a half
(MFA_TOTP_TOLERANCE), and longer than a cache that was wiped. So its counter is noted in the database too.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.conf import settings

from accounts.crypto import keyed_hash
from accounts.models import LimitCount, User

_PERIOD = 30


def use_up(person: User, code: str) -> bool:
    """Note that a right code was used. Returns False for one of an app that was used before."""
    for app in Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP):
        secret = decrypt(app.data["secret"])
        for counter in yield_hotp_counters_from_time():
            if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
                return _is_first(app, counter)
    return True


def _is_first(app: Authenticator, counter: int) -> bool:
    ends = (counter + 1 + settings.MFA_TOTP_TOLERANCE) * _PERIOD
    return LimitCount.add_one(policy="totp", caller=keyed_hash(f"totp\0{app.pk}\0{counter}"), ends=ends) == 1
