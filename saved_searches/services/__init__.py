"""The doors of saved searches. Nobody but the person has them: each takes the account itself."""

from saved_searches.services.alerting import follow, skip
from saved_searches.services.forgetting import forget
from saved_searches.services.looking import look
from saved_searches.services.saving import MOST, change, close_feed, delete, renew_feed, save

__all__ = ["MOST", "change", "close_feed", "delete", "follow", "forget", "look", "renew_feed", "save", "skip"]
