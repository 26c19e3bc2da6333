"""The connector `mail`: newsletters as prose, and the calendars that mails attach."""

from pipeline.connectors.inbound.mail.connector import MailConfig, MailConnector

__all__ = ["MailConfig", "MailConnector"]
