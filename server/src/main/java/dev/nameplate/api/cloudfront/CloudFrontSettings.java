package dev.nameplate.api.cloudfront;

import dev.nameplate.pki.TrustedRoots;

/// What the CloudFront door knows of the rest of the installation.
///
/// @param countriesKnown whether the edge has a table of networks and countries
/// @param trusted whose imported certificates may serve alternate names; those issued here always may
public record CloudFrontSettings(boolean countriesKnown, TrustedRoots trusted) {}
