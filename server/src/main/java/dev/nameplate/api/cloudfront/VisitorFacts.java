package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import java.util.Set;

/// The request headers by which CloudFront tells an origin what it knows of the visitor.
///
/// Where CloudFront does not know a visitor's place, it leaves the headers about it out, and so does the edge, always, but for
/// the country where the operator supplies a table. Those
/// that CloudFront always sends are accepted if the edge sends them, and refused otherwise: an origin would wait for them.
final class VisitorFacts {
    private static final String PREFIX = "cloudfront-";

    private static final Set<String> SENT =
            Set.of(
                    "cloudfront-forwarded-proto",
                    "cloudfront-is-android-viewer",
                    "cloudfront-is-desktop-viewer",
                    "cloudfront-is-ios-viewer",
                    "cloudfront-is-mobile-viewer",
                    "cloudfront-is-smarttv-viewer",
                    "cloudfront-is-tablet-viewer",
                    "cloudfront-viewer-address",
                    "cloudfront-viewer-header-count",
                    "cloudfront-viewer-header-order",
                    "cloudfront-viewer-http-version",
                    "cloudfront-viewer-tls");

    private static final Set<String> LEFT_OUT =
            Set.of(
                    "cloudfront-viewer-asn",
                    "cloudfront-viewer-city",
                    "cloudfront-viewer-country",
                    "cloudfront-viewer-country-name",
                    "cloudfront-viewer-country-region",
                    "cloudfront-viewer-country-region-name",
                    "cloudfront-viewer-latitude",
                    "cloudfront-viewer-longitude",
                    "cloudfront-viewer-metro-code",
                    "cloudfront-viewer-postal-code",
                    "cloudfront-viewer-time-zone");

    private VisitorFacts() {}

    static boolean isOne(String lowerName) {
        return lowerName.startsWith(PREFIX);
    }

    static boolean isServed(String lowerName) {
        return !isOne(lowerName) || SENT.contains(lowerName) || LEFT_OUT.contains(lowerName);
    }

    static void check(String lowerName) {
        require(
                isServed(lowerName),
                "The parameter Headers contains "
                        + lowerName
                        + ": that fact about the visitor is not added to requests here.");
    }
}
