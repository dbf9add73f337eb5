package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.edge.config.GeoRestriction;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionCustomization;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.InvalidGeoRestrictionParameterException;
import software.amazon.awssdk.services.cloudfront.model.InvalidLocationCodeException;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Locale.IsoCountryCode;
import java.util.Optional;
import java.util.Set;

/// Lists of countries: which are well-formed, and whether the edge can tell a visitor's country at all.
///
/// The edge knows countries by a table that the operator supplies. Without one everybody would be served, so a list is refused.
final class GeoRules {
    /// ISO 3166-1 alpha-2, as the API wants them: in upper case.
    private static final Set<String> CODES = Locale.getISOCountries(IsoCountryCode.PART1_ALPHA2);

    /// What a tenant says who wants to be free of its template's list.
    private static final GeoRestriction NOBODY =
            new GeoRestriction(GeoRestriction.Kind.ALL_BUT, Set.of());

    private static final String UNKNOWN =
            "visitors' countries are not known here. Give this server a table of networks and countries by its setting"
                    + " edge.countries, or use the restriction type none.";

    private final boolean countriesKnown;

    GeoRules(boolean countriesKnown) {
        this.countriesKnown = countriesKnown;
    }

    /// The rules that need no table.
    ///
    /// @param config with defaults filled in
    static void check(DistributionConfig config) {
        var sent = config.restrictions().geoRestriction();
        fault(sent.restrictionType(), sent.items())
                .ifPresent(fault -> {
                    throw invalid(fault);
                });
        unknownCode(sent.items())
                .ifPresent(code -> {
                    throw InvalidLocationCodeException.builder()
                            .message(
                                    "The location code specified is not valid: "
                                            + code
                                            + " is not a country of ISO 3166-1 (two capital letters).")
                            .build();
                });
    }

    /// @param config checked
    void requireServed(DistributionConfig config) {
        require(
                countriesKnown
                        || config.restrictions().geoRestriction().restrictionType()
                                == GeoRestrictionType.NONE,
                () -> invalid(UNKNOWN));
    }

    /// @param config checked
    static Optional<GeoRestriction> served(DistributionConfig config) {
        var sent = config.restrictions().geoRestriction();
        return kind(sent.restrictionType())
                .map(kind -> new GeoRestriction(kind, new HashSet<>(sent.items())));
    }

    /// A tenant's own list. The API has no error about countries there.
    GeoRestriction customization(GeoRestrictionCustomization sent) {
        fault(sent.restrictionType(), sent.locations())
                .ifPresent(fault -> {
                    throw customizationFault(fault);
                });
        unknownCode(sent.locations())
                .ifPresent(code -> {
                    throw customizationFault(
                            code + " is not a country of ISO 3166-1 (two capital letters).");
                });
        Optional<GeoRestriction.Kind> kind = kind(sent.restrictionType());
        if (kind.isEmpty()) {
            return NOBODY;
        }
        if (!countriesKnown) {
            throw customizationFault(UNKNOWN);
        }
        return new GeoRestriction(kind.get(), new HashSet<>(sent.locations()));
    }

    /// A tenant's list as it was sent.
    static GeoRestrictionCustomization customization(GeoRestriction own) {
        if (own.equals(NOBODY)) {
            return GeoRestrictionCustomization.builder()
                    .restrictionType(GeoRestrictionType.NONE)
                    .build();
        }
        return GeoRestrictionCustomization.builder()
                .restrictionType(
                        switch (own.kind()) {
                            case ONLY -> GeoRestrictionType.WHITELIST;
                            case ALL_BUT -> GeoRestrictionType.BLACKLIST;
                        })
                .locations(own.countries().stream().sorted().toList())
                .build();
    }

    private static Optional<String> fault(GeoRestrictionType type, List<String> countries) {
        return switch (type) {
            case NONE ->
                    countries.isEmpty()
                            ? Optional.empty()
                            : Optional.of("the restriction type none takes no countries.");
            case WHITELIST, BLACKLIST ->
                    countries.isEmpty()
                            ? Optional.of(
                                    "the restriction type " + type + " needs at least one country.")
                            : Optional.empty();
            case UNKNOWN_TO_SDK_VERSION ->
                    Optional.of("the restriction type is whitelist, blacklist or none.");
        };
    }

    private static Optional<String> unknownCode(List<String> countries) {
        return countries.stream().filter(code -> !CODES.contains(code)).findFirst();
    }

    private static Optional<GeoRestriction.Kind> kind(GeoRestrictionType type) {
        return switch (type) {
            case WHITELIST -> Optional.of(GeoRestriction.Kind.ONLY);
            case BLACKLIST -> Optional.of(GeoRestriction.Kind.ALL_BUT);
            case NONE, UNKNOWN_TO_SDK_VERSION -> Optional.empty();
        };
    }

    private static InvalidGeoRestrictionParameterException invalid(String why) {
        return InvalidGeoRestrictionParameterException.builder()
                .message("The specified geo restriction parameter is not valid: " + why)
                .build();
    }

    private static RuntimeException customizationFault(String why) {
        return Refusals.invalidArgument("The parameter GeoRestrictions is not valid: " + why);
    }
}
