package dev.nameplate.fuzz;

import dev.nameplate.api.acm.SearchFilterJson;
import dev.nameplate.wire.codec.MalformedBody;

import software.amazon.awssdk.services.acm.model.AcmException;

import java.util.Objects;

/// The filter statement of SearchCertificates.
public final class SearchFilterTarget {
    private SearchFilterTarget() {}

    public static void fuzzerInitialize() {
        Target.SEARCH_FILTER.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            SearchFilterJson.read(input).ifPresent(Objects::requireNonNull);
        } catch (MalformedBody | AcmException _) {
            // Refused in the API's own words.
        }
    }
}
