"""Checks a geocoder's answer: it must lie in the city, be exact enough, and have the requested house number."""

from pipeline.geography.coordinates import coordinates_problem, haversine_km
from pipeline.geography.likeness.addresses import compare_addresses, street_address
from pipeline.text.folding import fold_name
from places.geocoding.records import GeocodingAnswer, Precision, Question


def doubt(question: Question, answer: GeocodingAnswer) -> str:
    """Why the answer is not accepted, '' where it is."""
    if problem := coordinates_problem(answer.lat, answer.lng):
        return problem
    apart = haversine_km(answer.lat, answer.lng, question.lat, question.lng)
    if apart > question.radius_km:
        return f"{apart:.0f} km from {question.city}, whose radius is {question.radius_km:.0f} km"
    if answer.precision is Precision.CITY:
        return "it is the town, not the address"
    if answer.precision is Precision.AREA:
        return "it is a part of the town, not the address"
    if answer.partial:
        return "the geocoder itself says that it guessed"
    if question.name and fold_name(question.name) not in fold_name(answer.label):
        return f"it does not name {question.name[:80]}"
    found = compare_addresses(
        street_address(question.address), street_address(f"{answer.house} {answer.street}".strip())
    )
    if found.same_street is False:
        return f"another street: {answer.street}"
    if found.same_number is False:
        return f"another house: {answer.house} {answer.street}"
    return ""
