"""The names of `values` under which connectors that are not moved yet import them."""

from pipeline.connectors.support.values import settle, settled, shared_ids, url_identity

__all__ = ["settle", "settled", "shared_ids", "url_identity"]
