"""The connector `google_places`."""

from sources.connectors.google_places.connector import GooglePlacesConfig, GooglePlacesConnector

__all__ = ["GooglePlacesConfig", "GooglePlacesConnector"]
