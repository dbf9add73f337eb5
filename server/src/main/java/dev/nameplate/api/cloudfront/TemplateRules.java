package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.distribution.TenantTemplate;
import dev.nameplate.tenant.TenantSite;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.ParameterDefinition;
import software.amazon.awssdk.services.cloudfront.model.StringSchemaConfig;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Distributions that serve by their tenants only: what they may not say, and what they leave open.
@SuppressWarnings("deprecation") // ForwardedValues is refused here
final class TemplateRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final int LONGEST_VALUE = 256;

    /// Stands for any value while the rules for plain configurations are applied.
    private static final String SAMPLE = "x";

    private TemplateRules() {}

    static boolean isTemplate(DistributionConfig config) {
        return config.connectionMode() == ConnectionMode.TENANT_ONLY;
    }

    /// @param sent before defaults are filled in: what belongs to a tenant or its connection group must not be there at all
    static void check(DistributionConfig sent) {
        if (!isTemplate(sent)) {
            require(
                    sent.tenantConfig() == null,
                    "The parameter TenantConfig needs the ConnectionMode tenant-only.");
            return;
        }
        refuse(sent.aliases() != null && !sent.aliases().items().isEmpty(), "Aliases");
        refuse(sent.priceClass() != null, "PriceClass");
        refuse(sent.isIPV6Enabled() != null, "IsIPV6Enabled");
        refuse(present(sent.anycastIpListId()), "AnycastIpListId");
        refuse(present(sent.continuousDeploymentPolicyId()), "ContinuousDeploymentPolicyId");
        refuse(Boolean.TRUE.equals(sent.staging()), "Staging");
        refuse(
                sent.viewerCertificate() != null
                        && present(sent.viewerCertificate().iamCertificateId()),
                "IAMCertificateId");
        CacheBehaviorView.all(sent).forEach(view -> behavior(view.settings()));
        Set<String> names = new HashSet<>();
        for (ParameterDefinition definition : definitions(sent)) {
            require(
                    NAME.matcher(definition.name()).matches(),
                    "The parameter ParameterDefinitions has a name that is not 1 to 128 letters, digits, - or _: "
                            + definition.name());
            require(
                    names.add(definition.name()),
                    "The parameter ParameterDefinitions defines " + definition.name() + " twice.");
            StringSchemaConfig schema = definition.definition().stringSchema();
            require(
                    schema != null,
                    "The parameter ParameterDefinitions needs a StringSchema for "
                            + definition.name());
            String value = schema.defaultValue();
            require(
                    value == null || (!value.isEmpty() && value.length() <= LONGEST_VALUE),
                    "The default value of " + definition.name() + " may have 1 to 256 characters.");
        }
        for (Origin origin : sent.origins().items()) {
            for (String text : List.of(origin.domainName(), path(origin))) {
                for (String name : TenantSite.placeholders(text)) {
                    require(
                            names.contains(name),
                            "The parameter TenantConfig defines no parameter "
                                    + name
                                    + ": "
                                    + text);
                }
            }
        }
    }

    /// The defaults of what [#check] refuses are not part of a template, so that what is read can be sent back.
    static DistributionConfig withoutForeignDefaults(DistributionConfig filled) {
        return isTemplate(filled)
                ? filled.toBuilder().priceClass((String) null).isIPV6Enabled((Boolean) null).build()
                : filled;
    }

    /// A configuration such as a tenant makes of it, for the rules that hold for all.
    static DistributionConfig sample(DistributionConfig filled) {
        if (!isTemplate(filled)) {
            return filled;
        }
        List<Origin> origins =
                filled.origins().items().stream()
                        .map(origin ->
                                origin.toBuilder()
                                        .domainName(
                                                TenantSite.withoutPlaceholders(
                                                        origin.domainName(), SAMPLE))
                                        .originPath(
                                                TenantSite.withoutPlaceholders(
                                                        path(origin), SAMPLE))
                                        .build())
                        .toList();
        return filled.toBuilder()
                .origins(filled.origins().toBuilder().items(origins).build())
                .build();
    }

    static Optional<TenantTemplate> template(DistributionConfig config) {
        if (!isTemplate(config)) {
            return Optional.empty();
        }
        return Optional.of(
                new TenantTemplate(
                        definitions(config).stream()
                                .map(definition ->
                                        new TenantTemplate.Parameter(
                                                definition.name(),
                                                definition.definition().stringSchema().required(),
                                                Optional.ofNullable(
                                                        definition
                                                                .definition()
                                                                .stringSchema()
                                                                .defaultValue())))
                                .toList()));
    }

    private static void behavior(DefaultCacheBehavior behavior) {
        refuse(behavior.forwardedValues() != null, "ForwardedValues");
        refuse(behavior.minTTL() != null, "MinTTL");
        refuse(behavior.defaultTTL() != null, "DefaultTTL");
        refuse(behavior.maxTTL() != null, "MaxTTL");
        refuse(
                behavior.trustedSigners() != null
                        && Boolean.TRUE.equals(behavior.trustedSigners().enabled()),
                "TrustedSigners");
        refuse(Boolean.TRUE.equals(behavior.smoothStreaming()), "SmoothStreaming");
    }

    private static List<ParameterDefinition> definitions(DistributionConfig config) {
        return config.tenantConfig() == null
                ? List.of()
                : config.tenantConfig().parameterDefinitions();
    }

    private static String path(Origin origin) {
        return Optional.ofNullable(origin.originPath()).orElse("");
    }

    private static void refuse(boolean said, String member) {
        require(
                !said,
                "The parameter "
                        + member
                        + " is not allowed in a distribution whose ConnectionMode is tenant-only.");
    }

    private static boolean present(@Nullable String value) {
        return value != null && !value.isEmpty();
    }
}
