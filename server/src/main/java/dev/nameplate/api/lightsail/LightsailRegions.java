package dev.nameplate.api.lightsail;

import dev.nameplate.names.Region;

import software.amazon.awssdk.services.lightsail.model.AvailabilityZone;
import software.amazon.awssdk.services.lightsail.model.GetRegionsRequest;
import software.amazon.awssdk.services.lightsail.model.GetRegionsResponse;

import java.util.List;

/// The Regions certificates may be made in: Lightsail's own list, so that a client's configuration needs no change.
final class LightsailRegions {
    private record Place(String name, String continent, String city, String users) {}

    private static final List<Place> PLACES =
            List.of(
                    new Place("us-east-1", "NA", "Virginia", "the eastern United States"),
                    new Place("us-east-2", "NA", "Ohio", "the eastern United States"),
                    new Place(
                            "us-west-2",
                            "NA",
                            "Oregon",
                            "the northwestern United States, Alaska, and western Canada"),
                    new Place("ca-central-1", "NA", "Montreal", "Canada"),
                    new Place("eu-west-1", "EU", "Ireland", "Ireland and the United Kingdom"),
                    new Place("eu-west-2", "EU", "London", "the United Kingdom"),
                    new Place("eu-west-3", "EU", "Paris", "France and western Europe"),
                    new Place("eu-central-1", "EU", "Frankfurt", "central Europe"),
                    new Place("eu-north-1", "EU", "Stockholm", "northern Europe"),
                    new Place("ap-south-1", "AS", "Mumbai", "India and South Asia"),
                    new Place("ap-southeast-1", "AS", "Singapore", "Southeast Asia"),
                    new Place("ap-southeast-2", "OC", "Sydney", "Australia and New Zealand"),
                    new Place("ap-southeast-3", "AS", "Jakarta", "Indonesia"),
                    new Place("ap-southeast-5", "AS", "Kuala Lumpur", "Malaysia"),
                    new Place("ap-northeast-1", "AS", "Tokyo", "Japan"),
                    new Place("ap-northeast-2", "AS", "Seoul", "South Korea"));

    private LightsailRegions() {}

    static GetRegionsResponse describe(GetRegionsRequest request) {
        boolean zones = Boolean.TRUE.equals(request.includeAvailabilityZones());
        return GetRegionsResponse.builder()
                .regions(PLACES.stream().map(place -> view(place, zones)).toList())
                .build();
    }

    static void requireServed(Region region) {
        if (PLACES.stream().noneMatch(place -> place.name().equals(region.name()))) {
            throw Refusal.unsupported(
                    "Lightsail is not available in the "
                            + region
                            + " Region. Use one of those that GetRegions lists.");
        }
    }

    private static software.amazon.awssdk.services.lightsail.model.Region view(
            Place place, boolean zones) {
        return software.amazon.awssdk.services.lightsail.model.Region.builder()
                .continentCode(place.continent())
                .description("This region is recommended to serve users in " + place.users() + ".")
                .displayName(place.city())
                .name(place.name())
                .availabilityZones(
                        zones
                                ? List.of(
                                        AvailabilityZone.builder()
                                                .zoneName(place.name() + "a")
                                                .state("available")
                                                .build())
                                : List.of())
                .relationalDatabaseAvailabilityZones(List.of())
                .build();
    }
}
