package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.lightsail.model.GetRegionsRequest;
import software.amazon.awssdk.services.lightsail.model.Region;

final class LightsailRegionsTest {

    @Test
    void theRegionsAreLightsails() {
        var regions = LightsailRegions.describe(GetRegionsRequest.builder().build()).regions();
        assertThat(regions).hasSize(16);
        assertThat(regions)
                .extracting(Region::nameAsString)
                .contains("us-east-1", "eu-west-1", "ap-southeast-5")
                .doesNotContain("us-west-1");
        Region virginia = regions.getFirst();
        assertThat(virginia.displayName()).isEqualTo("Virginia");
        assertThat(virginia.continentCode()).isEqualTo("NA");
        assertThat(virginia.description())
                .isEqualTo(
                        "This region is recommended to serve users in the eastern United States.");
        assertThat(virginia.availabilityZones()).isEmpty();
    }

    @Test
    void zonesAreShownOnRequest() {
        var regions =
                LightsailRegions.describe(
                                GetRegionsRequest.builder().includeAvailabilityZones(true).build())
                        .regions();
        assertThat(regions)
                .allSatisfy(region -> {
                    assertThat(region.availabilityZones())
                            .singleElement()
                            .satisfies(zone -> {
                                assertThat(zone.zoneName()).isEqualTo(region.nameAsString() + "a");
                                assertThat(zone.state()).isEqualTo("available");
                            });
                });
    }
}
