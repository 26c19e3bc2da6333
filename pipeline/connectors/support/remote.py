"""The names of `platform` under which connectors that are not moved yet import them."""

from pipeline.connectors.support.platform import AddressConfig, fetch_one, payload_of

__all__ = ["AddressConfig", "fetch_one", "payload_of"]
