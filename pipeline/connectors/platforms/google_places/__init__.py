"""The connector `google_places`."""

from pipeline.connectors.platforms.google_places.connector import GooglePlacesConfig, GooglePlacesConnector

__all__ = ["GooglePlacesConfig", "GooglePlacesConnector"]
