package dev.nameplate.wire.model;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Members whose modelled pattern is not applied, because the real service does not apply it either
/// or because we accept more on purpose. Everything not named here is checked as described.
final class Relaxations {

    /// Lightsail describes every name as `ResourceName` (`\w[\w\-]*\w`), yet hosted zones are named by
    /// their domain and certificates may be too, and the service takes their dots wherever such
    /// a resource is named.
    private static final Set<String> LIGHTSAIL_DOTTED_NAMES =
            Set.of(
                    "AttachCertificateToDistributionRequest.certificateName",
                    "AttachLoadBalancerTlsCertificateRequest.certificateName",
                    "CreateDistributionRequest.certificateName",
                    "CreateLoadBalancerRequest.certificateName",
                    "CreateLoadBalancerTlsCertificateRequest.certificateName",
                    "DeleteLoadBalancerTlsCertificateRequest.certificateName",
                    "GetOperationsForResourceRequest.resourceName",
                    "TagResourceRequest.resourceName",
                    "UntagResourceRequest.resourceName",
                    "UpdateDistributionRequest.certificateName");

    /// Our extension: an origin may be any `host` or `host:port`, not only a Lightsail resource.
    private static final String LIGHTSAIL_ORIGIN = "InputOrigin.name";

    private static final Map<String, Set<String>> BY_SERVICE =
            Map.of("lightsail", with(LIGHTSAIL_DOTTED_NAMES, LIGHTSAIL_ORIGIN));

    /// `Structure.member` of each member that is free of its pattern.
    static Set<String> of(String service) {
        return BY_SERVICE.getOrDefault(service, Set.of());
    }

    private static Set<String> with(Set<String> names, String another) {
        Set<String> all = new HashSet<>(names);
        all.add(another);
        return Set.copyOf(all);
    }

    private Relaxations() {}
}
