"""What a schema.org event costs: Offer, AggregateOffer, PriceSpecification, isAccessibleForFree."""

from collections.abc import Iterator
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.formats.page.nodes import Graph, Node, local
from pipeline.money.cost import cost_of_offers, named_offers

_CURRENCY: Final = patterns.compile(r"^[A-Za-z]{3}$")
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0"})
_GONE: Final = frozenset({"SoldOut", "OutOfStock", "Discontinued"})


def offered(graph: Graph, node: Node, base: str) -> dict[str, Any]:
    """The fields of a record that the offers give: the span of all, their currency, the first one's address,
    and sold out where every offer is gone."""
    offers = graph.nodes(node, "offers")
    said = graph.text(node, "isAccessibleForFree", "free").lower().rsplit("/", 1)[-1]
    priced = [(graph.text(offer, "name"), list(_prices(graph, offer))) for offer in offers]
    reported = cost_of_offers(
        [one for _, prices in priced for one in prices]
        or [(text, "") for text in graph.texts(node, "offers") if not offers]
    )
    states = [local(graph.text(offer, "availability")) for offer in offers]
    return {
        **reported,
        "offers": named_offers(priced),
        "is_free": said in _YES or (False if said in _NO and reported["price_max"] else reported["is_free"]),
        "sold_out": bool(states) and all(state in _GONE for state in states),
        "ticket_url": next((url for one in offers if (url := absolute(base, graph.text(one, "url")))), ""),
    }


def _prices(graph: Graph, offer: Node) -> Iterator[tuple[str, str]]:
    """Each price of an offer and the code of its currency."""
    holders = (offer, *graph.nodes(offer, "priceSpecification"), *graph.nodes(offer, "offers"))
    codes = [code.upper() for one in holders if _CURRENCY.match(code := graph.text(one, "priceCurrency"))]
    for holder in holders:
        for name in ("price", "lowPrice", "highPrice", "minPrice", "maxPrice"):
            yield from ((text, next(iter(codes), "")) for text in graph.texts(holder, name))
