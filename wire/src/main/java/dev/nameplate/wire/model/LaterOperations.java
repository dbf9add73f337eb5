package dev.nameplate.wire.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Operations AWS has added since the descriptions we carry. They are known by name, so that a newer client is told that this
/// server does not support them, and not that there is no such thing.
final class LaterOperations {
    /// ACM's own ACME server, of 2026.
    private static final List<String> ACM =
            List.of(
                    "CreateAcmeEndpoint",
                    "DescribeAcmeEndpoint",
                    "UpdateAcmeEndpoint",
                    "DeleteAcmeEndpoint",
                    "ListAcmeEndpoints",
                    "CreateAcmeDomainValidation",
                    "DescribeAcmeDomainValidation",
                    "UpdateAcmeDomainValidation",
                    "DeleteAcmeDomainValidation",
                    "ListAcmeDomainValidations",
                    "CreateAcmeExternalAccountBinding",
                    "DescribeAcmeExternalAccountBinding",
                    "DeleteAcmeExternalAccountBinding",
                    "RevokeAcmeExternalAccountBinding",
                    "ListAcmeExternalAccountBindings",
                    "GetAcmeExternalAccountBindingCredentials",
                    "ListAcmeAccounts",
                    "DescribeAcmeAccount",
                    "RevokeAcmeAccount",
                    "ListCertificateDomainValidations",
                    "TagResource",
                    "UntagResource",
                    "ListTagsForResource");

    private static final Map<String, List<String>> BY_SERVICE = Map.of("acm", ACM);

    private LaterOperations() {}

    /// `described` and the later ones, which have no shapes here.
    static Map<String, OperationModel> with(String service, Map<String, OperationModel> described) {
        Map<String, OperationModel> all = new HashMap<>(described);
        for (String name : BY_SERVICE.getOrDefault(service, List.of())) {
            all.putIfAbsent(
                    name,
                    new OperationModel(
                            name,
                            "POST",
                            "/",
                            200,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
        }
        return Map.copyOf(all);
    }
}
