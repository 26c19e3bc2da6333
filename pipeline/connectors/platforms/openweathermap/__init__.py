"""The connector `openweathermap`."""

from pipeline.connectors.platforms.openweathermap.connector import (
    OpenWeatherMapConfig,
    OpenWeatherMapConnector,
)

__all__ = ["OpenWeatherMapConfig", "OpenWeatherMapConnector"]
