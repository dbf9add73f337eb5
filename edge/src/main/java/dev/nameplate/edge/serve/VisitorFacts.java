package dev.nameplate.edge.serve;

import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.rules.Countries;
import dev.nameplate.edge.rules.Device;

import io.netty.handler.codec.http.HttpHeaderNames;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The `CloudFront-*` request headers: what the edge knows of a visitor, told to origins that asked for it.
final class VisitorFacts {
    static final String PREFIX = "cloudfront-";

    /// Every one that can be known here.
    static final List<String> NAMES =
            List.of(
                    "cloudfront-forwarded-proto",
                    "cloudfront-is-android-viewer",
                    "cloudfront-is-desktop-viewer",
                    "cloudfront-is-ios-viewer",
                    "cloudfront-is-mobile-viewer",
                    "cloudfront-is-smarttv-viewer",
                    "cloudfront-is-tablet-viewer",
                    "cloudfront-viewer-address",
                    "cloudfront-viewer-country",
                    "cloudfront-viewer-country-name",
                    "cloudfront-viewer-header-count",
                    "cloudfront-viewer-header-order",
                    "cloudfront-viewer-http-version",
                    "cloudfront-viewer-tls");

    private VisitorFacts() {}

    /// @param name in lower case
    static Optional<String> value(String name, Exchange exchange, Countries countries) {
        return switch (name) {
            case "cloudfront-forwarded-proto" -> Optional.of(exchange.scheme());
            case "cloudfront-is-android-viewer" -> told(device(exchange).android());
            case "cloudfront-is-desktop-viewer" -> told(device(exchange).desktop());
            case "cloudfront-is-ios-viewer" -> told(device(exchange).ios());
            case "cloudfront-is-mobile-viewer" -> told(device(exchange).mobile());
            case "cloudfront-is-smarttv-viewer" -> told(device(exchange).smartTv());
            case "cloudfront-is-tablet-viewer" -> told(device(exchange).tablet());
            case "cloudfront-viewer-address" ->
                    Optional.of(exchange.clientAddress() + ":" + exchange.clientPort());
            case "cloudfront-viewer-country" -> countries.of(exchange.clientAddress());
            case "cloudfront-viewer-country-name" ->
                    countries
                            .of(exchange.clientAddress())
                            .map(code ->
                                    new Locale.Builder()
                                            .setRegion(code)
                                            .build()
                                            .getDisplayCountry(Locale.ENGLISH));
            case "cloudfront-viewer-header-count" ->
                    Optional.of(Integer.toString(exchange.headers().size()));
            case "cloudfront-viewer-header-order" ->
                    Optional.of(
                            String.join(
                                    ":",
                                    exchange.headers().entries().stream()
                                            .map(header -> header.getKey())
                                            .toList()));
            case "cloudfront-viewer-http-version" ->
                    Optional.of(exchange.protocol().substring("HTTP/".length()));
            case "cloudfront-viewer-tls" ->
                    exchange.secure()
                            ? Optional.of(exchange.tlsProtocol() + ":" + exchange.tlsCipher())
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Device device(Exchange exchange) {
        return Device.of(exchange.value(HttpHeaderNames.USER_AGENT).orElse(""));
    }

    private static Optional<String> told(boolean fact) {
        return Optional.of(Boolean.toString(fact));
    }
}
