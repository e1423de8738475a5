"""The baseline of a score."""

from routesim.assessment.baseline import Sighting, find_last_sighting


def test_the_last_sighting_is_the_farthest_then_the_narrowest():
    sightings = (
        Sighting("A", 0, 5.0, 1.0),
        Sighting("B", 3, 1.0, 9.0),
        Sighting("C", 3, 1.0, 4.0),
        Sighting("D", 6, 1.0, 1.0),
    )
    assert find_last_sighting(sightings, 6).report_id == "C"
    assert find_last_sighting(sightings, 3).report_id == "A"
    assert find_last_sighting(sightings, 0) is None
