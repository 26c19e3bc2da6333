"""Agendas of OpenAgenda."""

from pipeline.connectors.platforms.openagenda.connector import OpenAgendaConfig, OpenAgendaConnector

__all__ = ["OpenAgendaConfig", "OpenAgendaConnector"]
