package dev.nameplate.api.cloudfront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import software.amazon.awssdk.services.cloudfront.model.CachePolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.OriginRequestPolicyConfig;
import software.amazon.awssdk.services.cloudfront.model.ResponseHeadersPolicyConfig;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// The policies every CloudFront account has, under the same ids everywhere, as `managed-policies.json` lists them.
final class ManagedPolicies {
    /// Never changes, since nobody can change them.
    private static final String ETAG = "E23ZP02F085DFQ";

    /// When CloudFront got policies: before any that an account makes.
    private static final Instant MADE = Instant.parse("2020-07-22T00:00:00Z");

    private static final JsonNode FILE = file();

    private ManagedPolicies() {}

    static List<Kept<CachePolicyConfig>> cachePolicies() {
        return list("cachePolicies", text -> ModelJson.read(text, CachePolicyConfig.builder()));
    }

    static List<Kept<OriginRequestPolicyConfig>> originRequestPolicies() {
        return list(
                "originRequestPolicies",
                text -> ModelJson.read(text, OriginRequestPolicyConfig.builder()));
    }

    static List<Kept<ResponseHeadersPolicyConfig>> responseHeadersPolicies() {
        return list(
                "responseHeadersPolicies",
                text -> ModelJson.read(text, ResponseHeadersPolicyConfig.builder()));
    }

    private static <C> List<Kept<C>> list(String name, Function<String, C> read) {
        List<Kept<C>> policies = new ArrayList<>();
        for (JsonNode policy : FILE.required(name)) {
            policies.add(
                    new Kept<>(
                            policy.required("id").asText(),
                            true,
                            ETAG,
                            MADE,
                            MADE,
                            read.apply(policy.required("config").toString())));
        }
        return policies;
    }

    private static JsonNode file() {
        try (InputStream file =
                Objects.requireNonNull(
                        ManagedPolicies.class.getResourceAsStream("managed-policies.json"),
                        "managed-policies.json is missing from the class path")) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException("managed-policies.json cannot be read", e);
        }
    }
}
