"""What is asked of Meetup's GraphQL API (https://www.meetup.com/graphql/schema/); fields as in the recorded answers."""

from typing import Final

_EVENT: Final = """
fragment eventFields on Event {
  id title eventUrl createdTime status eventType dateTime endTime duration description maxTickets
  group { id name urlname timezone }
  venues { id name address city state postalCode country lat lon venueType }
  rsvps(first: 1) { totalCount }
  featuredEventPhoto { id baseUrl highResUrl }
  feeSettings { required amount currency }
  series { id }
  topics { edges { node { name } } }
}
"""

GROUP: Final = (
    """query groupEvents($urlname: String!, $cursor: String, $first: Int, $after: DateTime, $before: DateTime) {
  groupByUrlname(urlname: $urlname) {
    id name
    events(after: $cursor, first: $first, filter: { status: [ACTIVE, CANCELLED], afterDateTime: $after, beforeDateTime: $before }) {
      pageInfo { hasNextPage endCursor } totalCount edges { node { ...eventFields } }
    }
  }
}"""
    + _EVENT
)

NETWORK: Final = (
    """query networkEvents($urlname: ID!, $cursor: String, $first: Int, $after: DateTime, $before: DateTime) {
  proNetwork(urlname: $urlname) {
    eventsSearch(input: { after: $cursor, first: $first, filter: { eventDateMin: $after, eventDateMax: $before } }) {
      pageInfo { hasNextPage endCursor } totalCount edges { node { ...eventFields } }
    }
  }
}"""
    + _EVENT
)

NEARBY: Final = (
    """query nearby($lat: Float!, $lon: Float!, $radius: Float, $from: String, $to: String, $first: Int, $cursor: String) {
  recommendedEvents(filter: { lat: $lat, lon: $lon, radius: $radius, startDateRange: $from, endDateRange: $to },
    sort: { sortField: DATETIME }, first: $first, after: $cursor) {
    pageInfo { hasNextPage endCursor } edges { node { ...eventFields } }
  }
}"""
    + _EVENT
)

SEARCH: Final = (
    """query search($lat: Float!, $lon: Float!, $radius: Float, $query: String!, $from: String, $to: String, $first: Int, $cursor: String) {
  eventSearch(filter: { lat: $lat, lon: $lon, radius: $radius, query: $query, startDateRange: $from, endDateRange: $to },
    sort: { sortField: DATETIME }, first: $first, after: $cursor) {
    pageInfo { hasNextPage endCursor } edges { node { ...eventFields } }
  }
}"""
    + _EVENT
)

SELF: Final = "query { self { id name } }"
