"""Agendas of OpenAgenda."""

from sources.connectors.openagenda.connector import OpenAgendaConfig, OpenAgendaConnector

__all__ = ["OpenAgendaConfig", "OpenAgendaConnector"]
