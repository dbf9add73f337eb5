package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.ConnectionGroup;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.EntityNotFoundException;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.ParameterDefinition;
import software.amazon.awssdk.services.cloudfront.model.ParameterDefinitionSchema;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.TenantConfig;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The distributions that entries' own distributions are copied from, and the copying; and those whose tenants serve entries.
public final class Templates {
    private final Function<AccountId, CloudFrontClient> cloudFront;
    private final Optional<TemplateVersions> versions;

    public Templates(Function<AccountId, CloudFrontClient> cloudFront, TemplateVersions versions) {
        this.cloudFront = cloudFront;
        this.versions = Optional.of(versions);
    }

    /// Of a CloudFront that keeps only the newest configuration, with no archive beside it.
    public Templates(Function<AccountId, CloudFrontClient> cloudFront) {
        this.cloudFront = cloudFront;
        this.versions = Optional.empty();
    }

    /// Judges templates, with what one batch reads of each account: a job's tenants have the same few distributions and groups.
    public Look look() {
        return new Look();
    }

    /// What was read once is not read again: it is good for as long as a batch takes. Safe for many threads.
    public final class Look {
        private final Map<Of, Optional<DistributionConfig>> distributions =
                new ConcurrentHashMap<>();
        private final Map<Of, Optional<ConnectionGroup>> groups = new ConcurrentHashMap<>();

        private record Of(AccountId account, String id) {}

        private Look() {}

        /// Whether an entry can be served by it.
        ///
        /// @throws UnusableTemplate if not
        public void require(AccountId account, Template template) {
            if (template.tenancy().isPresent()) {
                tenant(account, template.distributionId(), template.tenancy().get());
            } else {
                config(account, template);
            }
        }

        private void tenant(AccountId account, String distributionId, Tenancy tenancy) {
            DistributionConfig config =
                    distributions
                            .computeIfAbsent(
                                    new Of(account, distributionId),
                                    of -> found(of.account(), of.id()))
                            .orElseThrow(() -> absent(distributionId));
            if (config.connectionMode() != ConnectionMode.TENANT_ONLY) {
                throw new UnusableTemplate(
                        UnusableTemplate.Part.DISTRIBUTION,
                        "distribution "
                                + distributionId
                                + " is not multi-tenant; name one whose connection mode is tenant-only, or"
                                + " have it copied as a template");
            }
            requireParameters(distributionId, config, tenancy);
            tenancy.connectionGroup().ifPresent(group -> group(account, group));
        }

        /// @throws UnusableTemplate if there is none
        ConnectionGroup group(AccountId account, String group) {
            return groups.computeIfAbsent(new Of(account, group), this::read)
                    .orElseThrow(() ->
                            new UnusableTemplate(
                                    UnusableTemplate.Part.CONNECTION_GROUP,
                                    "there is no connection group '"
                                            + group
                                            + "' in this account"));
        }

        private Optional<ConnectionGroup> read(Of group) {
            try {
                return Optional.of(
                        cloudFront
                                .apply(group.account())
                                .getConnectionGroup(request -> request.identifier(group.id()))
                                .connectionGroup());
            } catch (EntityNotFoundException _) {
                return Optional.empty();
            }
        }
    }

    private static void requireParameters(
            String distributionId, DistributionConfig config, Tenancy tenancy) {
        List<ParameterDefinition> known =
                Optional.ofNullable(config.tenantConfig())
                        .map(TenantConfig::parameterDefinitions)
                        .orElse(List.of());
        tenancy.parameters().keySet().stream()
                .filter(name -> known.stream().noneMatch(each -> each.name().equals(name)))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw new UnusableTemplate(
                            UnusableTemplate.Part.PARAMETERS,
                            "distribution " + distributionId + " defines no parameter " + name);
                });
        known.stream()
                .filter(Templates::needsValue)
                .map(ParameterDefinition::name)
                .filter(name -> !tenancy.parameters().containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new UnusableTemplate(
                            UnusableTemplate.Part.PARAMETERS,
                            "distribution " + distributionId + " wants a value for " + name);
                });
    }

    private static boolean needsValue(ParameterDefinition parameter) {
        return Optional.ofNullable(parameter.definition())
                .map(ParameterDefinitionSchema::stringSchema)
                .filter(schema ->
                        Boolean.TRUE.equals(schema.required()) && schema.defaultValue() == null)
                .isPresent();
    }

    /// The configuration the template stands for.
    ///
    /// @throws UnusableTemplate if it does not exist or cannot be copied
    public DistributionConfig config(AccountId account, Template template) {
        DistributionConfig live = live(account, template.distributionId());
        DistributionConfig config =
                template.version()
                        .map(number -> version(template.distributionId(), number))
                        .orElse(live);
        if (Boolean.TRUE.equals(config.staging())) {
            throw new UnusableTemplate(
                    UnusableTemplate.Part.DISTRIBUTION,
                    "distribution " + template + " is a staging distribution; name its primary");
        }
        if (config.connectionMode() == ConnectionMode.TENANT_ONLY) {
            throw new UnusableTemplate(
                    UnusableTemplate.Part.DISTRIBUTION,
                    "distribution "
                            + template
                            + " is multi-tenant and its copies could not have aliases; name a"
                            + " distribution with direct connection mode, or ask for a tenant of it");
        }
        return config;
    }

    /// A copy without aliases and certificate: the template's own would collide. What ties a configuration to its
    /// distribution (staging, continuous deployment) and the template's access log stay behind.
    static DistributionConfig copy(DistributionConfig template, String callerReference) {
        return template.toBuilder()
                .callerReference(callerReference)
                .aliases(Aliases.builder().quantity(0).build())
                .viewerCertificate(
                        ViewerCertificate.builder().cloudFrontDefaultCertificate(true).build())
                .logging(
                        LoggingConfig.builder()
                                .enabled(false)
                                .includeCookies(false)
                                .bucket("")
                                .prefix("")
                                .build())
                .continuousDeploymentPolicyId("")
                .staging(false)
                .build();
    }

    static DistributionConfig bound(
            DistributionConfig clone, List<DomainName> names, String certificateArn) {
        List<String> aliases = names.stream().map(DomainName::ascii).toList();
        return clone.toBuilder()
                .aliases(Aliases.builder().quantity(aliases.size()).items(aliases).build())
                .viewerCertificate(
                        ViewerCertificate.builder()
                                .acmCertificateArn(certificateArn)
                                .sslSupportMethod(SSLSupportMethod.SNI_ONLY)
                                .minimumProtocolVersion(MinimumProtocolVersion.TLS_V1_2_2021)
                                .build())
                .build();
    }

    private DistributionConfig live(AccountId account, String distributionId) {
        return found(account, distributionId).orElseThrow(() -> absent(distributionId));
    }

    private Optional<DistributionConfig> found(AccountId account, String distributionId) {
        try {
            return Optional.of(
                    cloudFront
                            .apply(account)
                            .getDistributionConfig(request -> request.id(distributionId))
                            .distributionConfig());
        } catch (NoSuchDistributionException _) {
            return Optional.empty();
        }
    }

    private static UnusableTemplate absent(String distributionId) {
        return new UnusableTemplate(
                UnusableTemplate.Part.DISTRIBUTION,
                "there is no distribution '" + distributionId + "' in this account");
    }

    private DistributionConfig version(String distributionId, long number) {
        TemplateVersions archive =
                versions.orElseThrow(() ->
                        new UnusableTemplate(
                                UnusableTemplate.Part.VERSION,
                                "config versions are kept on platform local only; name none, and"
                                        + " the configuration it has now is copied"));
        return archive.find(distributionId, number)
                .orElseThrow(() ->
                        new UnusableTemplate(
                                UnusableTemplate.Part.VERSION,
                                "distribution "
                                        + distributionId
                                        + " has no config version "
                                        + number));
    }

    /// No distribution can be copied from this template; the request has to name another.
    public static final class UnusableTemplate extends RuntimeException {
        private final Part part;
        private final String reason;

        UnusableTemplate(Part part, String reason) {
            super(reason);
            this.part = part;
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }

        public Part part() {
            return part;
        }

        /// What of it is at fault.
        public enum Part {
            DISTRIBUTION,
            VERSION,
            CONNECTION_GROUP,
            PARAMETERS
        }
    }
}
