"""The connector `openweathermap`."""

from sources.connectors.openweathermap.connector import OpenWeatherMapConfig, OpenWeatherMapConnector

__all__ = ["OpenWeatherMapConfig", "OpenWeatherMapConnector"]
