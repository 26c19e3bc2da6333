"""What is asked of Meetup's GraphQL API (https://www.meetup.com/graphql/schema/); fields as in the recorded
answers."""

from typing import Final

#: What recorded answers have, and what the schema offers beside it. A field that is gone makes the whole
#: query fail: then the first alone is asked.
_RECORDED: Final = """
  id title eventUrl createdTime status dateTime duration description
  group { id name urlname }
  venues { id name address city state postalCode country lat lon venueType }
  rsvps(first: 1) { totalCount }
  featuredEventPhoto { baseUrl }
  feeSettings { required amount currency }"""
_MORE: Final = """
  eventType endTime maxTickets
  group { timezone }
  featuredEventPhoto { id highResUrl }
  series { id }
  topics { edges { node { name } } }"""


def with_fields(query: str, *, all_fields: bool) -> str:
    """The query with the fields of an event."""
    return f"{query}\nfragment eventFields on Event {{{_RECORDED}{_MORE if all_fields else ''}\n}}"


GROUP: Final = """query groupEvents($urlname: String!, $cursor: String, $first: Int, $after: DateTime, $before: DateTime) {
  groupByUrlname(urlname: $urlname) {
    id name
    events(after: $cursor, first: $first, filter: { status: [ACTIVE, CANCELLED, PAST], afterDateTime: $after, beforeDateTime: $before }) {
      pageInfo { hasNextPage endCursor } totalCount edges { node { ...eventFields } }
    }
  }
}"""

NETWORK: Final = """query networkEvents($urlname: ID!, $cursor: String, $first: Int, $after: DateTime, $before: DateTime) {
  proNetwork(urlname: $urlname) {
    eventsSearch(input: { after: $cursor, first: $first, filter: { eventDateMin: $after, eventDateMax: $before } }) {
      pageInfo { hasNextPage endCursor } totalCount edges { node { ...eventFields } }
    }
  }
}"""

NEARBY: Final = """query nearby($lat: Float!, $lon: Float!, $radius: Float, $from: String, $to: String, $first: Int, $cursor: String) {
  recommendedEvents(filter: { lat: $lat, lon: $lon, radius: $radius, startDateRange: $from, endDateRange: $to },
    sort: { sortField: DATETIME }, first: $first, after: $cursor) {
    pageInfo { hasNextPage endCursor } edges { node { ...eventFields } }
  }
}"""

SEARCH: Final = """query search($lat: Float!, $lon: Float!, $radius: Float, $query: String!, $from: String, $to: String, $first: Int, $cursor: String) {
  eventSearch(filter: { lat: $lat, lon: $lon, radius: $radius, query: $query, startDateRange: $from, endDateRange: $to },
    sort: { sortField: DATETIME }, first: $first, after: $cursor) {
    pageInfo { hasNextPage endCursor } edges { node { ...eventFields } }
  }
}"""

SELF: Final = "query { self { id name } }"
