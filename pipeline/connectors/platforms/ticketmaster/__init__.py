"""The connector `ticketmaster`."""

from pipeline.connectors.platforms.ticketmaster.connector import TicketmasterConfig, TicketmasterConnector

__all__ = ["TicketmasterConfig", "TicketmasterConnector"]
