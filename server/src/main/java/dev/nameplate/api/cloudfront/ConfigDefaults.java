package dev.nameplate.api.cloudfront;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.AllowedMethods;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.CachedMethods;
import software.amazon.awssdk.services.cloudfront.model.CertificateSource;
import software.amazon.awssdk.services.cloudfront.model.CustomErrorResponse;
import software.amazon.awssdk.services.cloudfront.model.CustomOriginConfig;
import software.amazon.awssdk.services.cloudfront.model.DefaultCacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.ForwardedValues;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.HttpVersion;
import software.amazon.awssdk.services.cloudfront.model.LoggingConfig;
import software.amazon.awssdk.services.cloudfront.model.Method;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;
import software.amazon.awssdk.services.cloudfront.model.S3OriginConfig;
import software.amazon.awssdk.services.cloudfront.model.SslProtocol;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Fills in what a client left out, as CloudFront does before it answers: clients such as Terraform compare the answer with
/// what they sent, and some fail on a missing `OriginGroups`. Empty ids become absent, since some clients send
/// every id they know of as an empty element.
@SuppressWarnings("deprecation") // AWS deprecates members that its own CLI still sends.
final class ConfigDefaults {
    private static final long DAY = 86_400;
    private static final long YEAR = 31_536_000;
    private static final long ERROR_TTL = 10;

    private ConfigDefaults() {}

    static DistributionConfig filled(DistributionConfig config) {
        DistributionConfig.Builder filled = config.toBuilder();
        if (config.aliases() == null) {
            filled.aliases(aliases -> aliases.quantity(0));
        }
        filled.defaultRootObject(orEmpty(config.defaultRootObject()));
        filled.comment(orEmpty(config.comment()));
        List<Origin> origins =
                config.origins().items().stream().map(ConfigDefaults::filled).toList();
        filled.origins(all -> all.quantity(origins.size()).items(origins));
        if (config.originGroups() == null) {
            filled.originGroups(groups -> groups.quantity(0));
        }
        filled.defaultCacheBehavior(filled(config.defaultCacheBehavior()));
        if (config.cacheBehaviors() == null) {
            filled.cacheBehaviors(behaviors -> behaviors.quantity(0));
        } else if (!config.cacheBehaviors().items().isEmpty()) {
            List<CacheBehavior> behaviors =
                    config.cacheBehaviors().items().stream().map(ConfigDefaults::filled).toList();
            filled.cacheBehaviors(all -> all.quantity(behaviors.size()).items(behaviors));
        }
        if (config.customErrorResponses() == null) {
            filled.customErrorResponses(responses -> responses.quantity(0));
        } else if (!config.customErrorResponses().items().isEmpty()) {
            List<CustomErrorResponse> responses =
                    config.customErrorResponses().items().stream()
                            .map(ConfigDefaults::filled)
                            .toList();
            filled.customErrorResponses(all -> all.quantity(responses.size()).items(responses));
        }
        filled.logging(filled(config.logging()));
        filled.priceClass(or(config.priceClassAsString(), PriceClass.PRICE_CLASS_ALL.toString()));
        filled.viewerCertificate(filled(config.viewerCertificate()));
        if (config.restrictions() == null) {
            filled.restrictions(restrictions ->
                    restrictions.geoRestriction(
                            geo -> geo.restrictionType(GeoRestrictionType.NONE).quantity(0)));
        }
        filled.webACLId(orEmpty(config.webACLId()));
        filled.httpVersion(or(config.httpVersionAsString(), HttpVersion.HTTP2.toString()));
        filled.isIPV6Enabled(or(config.isIPV6Enabled(), true));
        filled.continuousDeploymentPolicyId(orEmpty(config.continuousDeploymentPolicyId()));
        filled.staging(or(config.staging(), false));
        return filled.build();
    }

    private static CustomErrorResponse filled(CustomErrorResponse response) {
        return response.toBuilder()
                .responsePagePath(orEmpty(response.responsePagePath()))
                .responseCode(orEmpty(response.responseCode()))
                .errorCachingMinTTL(or(response.errorCachingMinTTL(), ERROR_TTL))
                .build();
    }

    private static Origin filled(Origin origin) {
        Origin.Builder filled = origin.toBuilder();
        filled.originPath(orEmpty(origin.originPath()));
        if (origin.customHeaders() == null) {
            filled.customHeaders(headers -> headers.quantity(0));
        }
        filled.connectionAttempts(or(origin.connectionAttempts(), 3));
        filled.connectionTimeout(or(origin.connectionTimeout(), 10));
        if (origin.originShield() == null) {
            filled.originShield(shield -> shield.enabled(false));
        }
        filled.originAccessControlId(orEmpty(origin.originAccessControlId()));
        S3OriginConfig s3 = origin.s3OriginConfig();
        if (s3 != null) {
            filled.s3OriginConfig(
                    s3.toBuilder()
                            .originAccessIdentity(orEmpty(s3.originAccessIdentity()))
                            .originReadTimeout(or(s3.originReadTimeout(), 30))
                            .build());
        }
        CustomOriginConfig custom = origin.customOriginConfig();
        if (custom != null) {
            CustomOriginConfig.Builder config = custom.toBuilder();
            config.originReadTimeout(or(custom.originReadTimeout(), 30));
            config.originKeepaliveTimeout(or(custom.originKeepaliveTimeout(), 5));
            if (custom.originSslProtocols() == null) {
                config.originSslProtocols(
                        protocols -> protocols.quantity(1).items(SslProtocol.TLS_V1_2));
            }
            filled.customOriginConfig(config.build());
        }
        return filled.build();
    }

    private static CacheBehavior filled(CacheBehavior behavior) {
        CacheBehaviorView view = CacheBehaviorView.of(behavior);
        return new CacheBehaviorView(view.pathPattern(), filled(view.settings())).toCacheBehavior();
    }

    private static DefaultCacheBehavior filled(DefaultCacheBehavior behavior) {
        DefaultCacheBehavior.Builder filled = behavior.toBuilder();
        if (behavior.trustedSigners() == null) {
            filled.trustedSigners(signers -> signers.enabled(false).quantity(0));
        }
        if (behavior.trustedKeyGroups() == null) {
            filled.trustedKeyGroups(groups -> groups.enabled(false).quantity(0));
        }
        filled.allowedMethods(filled(behavior.allowedMethods()));
        filled.smoothStreaming(or(behavior.smoothStreaming(), false));
        filled.compress(or(behavior.compress(), false));
        if (behavior.lambdaFunctionAssociations() == null) {
            filled.lambdaFunctionAssociations(functions -> functions.quantity(0));
        }
        if (behavior.functionAssociations() == null) {
            filled.functionAssociations(functions -> functions.quantity(0));
        }
        filled.fieldLevelEncryptionId(orEmpty(behavior.fieldLevelEncryptionId()));
        if (behavior.grpcConfig() == null) {
            filled.grpcConfig(grpc -> grpc.enabled(false));
        }
        filled.realtimeLogConfigArn(absentIfEmpty(behavior.realtimeLogConfigArn()));
        filled.cachePolicyId(absentIfEmpty(behavior.cachePolicyId()));
        filled.originRequestPolicyId(absentIfEmpty(behavior.originRequestPolicyId()));
        filled.responseHeadersPolicyId(absentIfEmpty(behavior.responseHeadersPolicyId()));
        if (behavior.forwardedValues() != null) {
            filled.forwardedValues(filled(behavior.forwardedValues()));
            // A default moves only to keep the order minimum, default, maximum that the client's
            // own values began.
            long minimum = or(behavior.minTTL(), 0L);
            long longest = or(behavior.maxTTL(), Math.max(YEAR, minimum));
            long standard = or(behavior.defaultTTL(), Math.max(minimum, Math.min(DAY, longest)));
            filled.minTTL(minimum)
                    .defaultTTL(standard)
                    .maxTTL(or(behavior.maxTTL(), Math.max(longest, standard)));
        }
        return filled.build();
    }

    private static AllowedMethods filled(@Nullable AllowedMethods methods) {
        CachedMethods headAndGet =
                CachedMethods.builder().quantity(2).items(Method.HEAD, Method.GET).build();
        if (methods == null) {
            return AllowedMethods.builder()
                    .quantity(2)
                    .items(Method.HEAD, Method.GET)
                    .cachedMethods(headAndGet)
                    .build();
        }
        return methods.cachedMethods() == null
                ? methods.toBuilder().cachedMethods(headAndGet).build()
                : methods;
    }

    private static ForwardedValues filled(ForwardedValues values) {
        ForwardedValues.Builder filled = values.toBuilder();
        if (values.headers() == null) {
            filled.headers(headers -> headers.quantity(0));
        }
        if (values.queryStringCacheKeys() == null) {
            filled.queryStringCacheKeys(keys -> keys.quantity(0));
        }
        return filled.build();
    }

    private static LoggingConfig filled(@Nullable LoggingConfig logging) {
        LoggingConfig given = Objects.requireNonNullElse(logging, LoggingConfig.builder().build());
        return LoggingConfig.builder()
                .enabled(or(given.enabled(), false))
                .includeCookies(or(given.includeCookies(), false))
                .bucket(orEmpty(given.bucket()))
                .prefix(orEmpty(given.prefix()))
                .build();
    }

    /// `Certificate` and `CertificateSource` are the older way to say the same: read when they come alone, always written.
    private static ViewerCertificate filled(@Nullable ViewerCertificate certificate) {
        ViewerCertificate given =
                Objects.requireNonNullElse(certificate, ViewerCertificate.builder().build());
        String iam = absentIfEmpty(given.iamCertificateId());
        String arn = absentIfEmpty(given.acmCertificateArn());
        if (arn == null && iam == null) {
            String older = absentIfEmpty(given.certificate());
            if (given.certificateSource() == CertificateSource.ACM) {
                arn = older;
            } else if (given.certificateSource() == CertificateSource.IAM) {
                iam = older;
            }
        }
        if (arn == null && iam == null) {
            return ViewerCertificate.builder()
                    .cloudFrontDefaultCertificate(true)
                    .minimumProtocolVersion(MinimumProtocolVersion.TLS_V1)
                    .certificateSource(CertificateSource.CLOUDFRONT)
                    .build();
        }
        return ViewerCertificate.builder()
                .cloudFrontDefaultCertificate(false)
                .acmCertificateArn(arn)
                .iamCertificateId(iam)
                .sslSupportMethod(given.sslSupportMethodAsString())
                .minimumProtocolVersion(
                        or(
                                given.minimumProtocolVersionAsString(),
                                MinimumProtocolVersion.TLS_V1.toString()))
                .certificate(arn == null ? iam : arn)
                .certificateSource(arn == null ? CertificateSource.IAM : CertificateSource.ACM)
                .build();
    }

    private static String orEmpty(@Nullable String value) {
        return or(value, "");
    }

    private static @Nullable String absentIfEmpty(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isEmpty()).orElse(null);
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return Objects.requireNonNullElse(value, otherwise);
    }
}
