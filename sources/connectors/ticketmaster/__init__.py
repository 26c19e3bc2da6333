"""The connector `ticketmaster`."""

from sources.connectors.ticketmaster.connector import TicketmasterConfig, TicketmasterConnector

__all__ = ["TicketmasterConfig", "TicketmasterConnector"]
