package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.State;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.TrustedRoots;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidMinimumProtocolVersionException;
import software.amazon.awssdk.services.cloudfront.model.InvalidProtocolSettingsException;
import software.amazon.awssdk.services.cloudfront.model.InvalidViewerCertificateException;
import software.amazon.awssdk.services.cloudfront.model.MinimumProtocolVersion;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.TooManyDistributionCnamEsException;
import software.amazon.awssdk.services.cloudfront.model.ViewerCertificate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which aliases a configuration may have, and with which certificate: one that the account holds in us-east-1, issued and in
/// date, trusted, and covering every alias by its own names.
///
/// CloudFront trusts public roots. Here those of the JDK count, our own, and the ones that the operator names, since whom an
/// installation's visitors trust is the operator's affair. What was issued here is trusted without a look.
final class ViewerCertificates {
    private static final int MAX_ALIASES = 100;
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:acm:([a-z0-9-]+):(\\d{12}):certificate/"
                            + "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");

    private final Certificates certificates;
    private final Distributions distributions;
    private final TrustedRoots trusted;
    private final InstantSource clock;

    ViewerCertificates(
            Certificates certificates,
            Distributions distributions,
            TrustedRoots trusted,
            InstantSource clock) {
        this.certificates = certificates;
        this.distributions = distributions;
        this.trusted = trusted;
        this.clock = clock;
    }

    /// A configuration's aliases and the certificate that covers them.
    record Checked(List<DomainName> aliases, Optional<CertificateId> certificate) {}

    /// The rules that need no store.
    ///
    /// @param config with defaults filled in
    static void checkForm(DistributionConfig config) {
        ViewerCertificate certificate = config.viewerCertificate();
        requireNumber(config.aliases().items().size());
        require(
                certificate.minimumProtocolVersion()
                        != MinimumProtocolVersion.UNKNOWN_TO_SDK_VERSION,
                () ->
                        InvalidMinimumProtocolVersionException.builder()
                                .message(
                                        "The minimum protocol version specified is not valid: "
                                                + certificate.minimumProtocolVersionAsString())
                                .build());
        if (Boolean.TRUE.equals(certificate.cloudFrontDefaultCertificate())) {
            return;
        }
        require(
                certificate.sslSupportMethod() == SSLSupportMethod.SNI_ONLY,
                "The parameter ViewerCertificate Unsupported value for the SSLSupportMethod field: "
                        + certificate.sslSupportMethodAsString());
        require(
                certificate.minimumProtocolVersion() != MinimumProtocolVersion.SSL_V3,
                () ->
                        InvalidProtocolSettingsException.builder()
                                .message(
                                        "You cannot specify SSLv3 as the minimum protocol version if you only want to support only"
                                                + " clients that support Server Name Indication (SNI).")
                                .build());
    }

    static void requireNumber(int aliases) {
        require(
                aliases <= MAX_ALIASES,
                () ->
                        TooManyDistributionCnamEsException.builder()
                                .message(
                                        "Your request contains more CNAMEs than are allowed per distribution: "
                                                + MAX_ALIASES
                                                + ".")
                                .build());
    }

    /// @param config with defaults filled in
    Checked check(Handle handle, AccountId account, DistributionConfig config) {
        List<String> texts = config.aliases().items();
        ViewerCertificate viewer = config.viewerCertificate();
        if (Boolean.TRUE.equals(viewer.cloudFrontDefaultCertificate())) {
            aliases(texts);
            require(texts.isEmpty(), Refusals::untrustedCertificate);
            return new Checked(List.of(), Optional.empty());
        }
        Certificate certificate = find(handle, account, viewer);
        List<DomainName> aliases = aliases(texts);
        if (!aliases.isEmpty() || TemplateRules.isTemplate(config)) {
            require(isTrusted(handle, certificate), Refusals::untrustedCertificate);
            require(aliases.stream().allMatch(certificate::covers), Refusals::uncoveredAlias);
        }
        return new Checked(aliases, Optional.of(certificate.id()));
    }

    private Certificate find(Handle handle, AccountId account, ViewerCertificate viewer) {
        CertificateId id =
                idIn(Optional.ofNullable(viewer.acmCertificateArn()).orElse(""), account)
                        .orElseThrow(Refusals::unusableCertificate);
        return find(handle, account, id);
    }

    /// Empty for what is not the ARN of a certificate of the account in us-east-1.
    static Optional<CertificateId> idIn(String arn, AccountId account) {
        Matcher parts = ARN.matcher(arn);
        return parts.matches()
                        && parts.group(1).equals(Region.US_EAST_1.name())
                        && parts.group(2).equals(account.value())
                ? Optional.of(new CertificateId(UUID.fromString(parts.group(3))))
                : Optional.empty();
    }

    /// One that a tenant may have for its own: the API has no error about certificates there.
    CertificateId usable(Handle handle, AccountId account, String arn) {
        try {
            CertificateId id = idIn(arn, account).orElseThrow(Refusals::unusableCertificate);
            require(isTrusted(handle, find(handle, account, id)), Refusals::untrustedCertificate);
            return id;
        } catch (InvalidViewerCertificateException e) {
            throw invalidArgument("The parameter Certificate is not valid: " + e.getMessage());
        }
    }

    private Certificate find(Handle handle, AccountId account, CertificateId id) {
        Certificate certificate =
                certificates.find(handle, account, id).orElseThrow(Refusals::unusableCertificate);
        require(
                certificate.region().equals(Region.US_EAST_1) && isInDate(certificate),
                Refusals::unusableCertificate);
        return certificate;
    }

    private boolean isInDate(Certificate certificate) {
        Instant now = clock.instant();
        return certificate.state() instanceof State.Issued issued
                && !now.isBefore(issued.notBefore())
                && now.isBefore(issued.notAfter());
    }

    boolean isThere(Handle handle, AccountId account, CertificateId id) {
        return certificates.find(handle, account, id).isPresent();
    }

    /// Whether a certificate in use makes its distribution one that may take `alias`.
    boolean authorizes(Handle handle, AccountId account, CertificateId id, DomainName alias) {
        return certificates
                .find(handle, account, id)
                .filter(certificate -> certificate.covers(alias) && isTrusted(handle, certificate))
                .isPresent();
    }

    private boolean isTrusted(Handle handle, Certificate certificate) {
        return certificate.origin() != Origin.IMPORTED
                || trusted.vouchFor(certificates.chain(handle, certificate.id()), clock.instant());
    }

    private List<DomainName> aliases(List<String> texts) {
        Set<DomainName> aliases = new LinkedHashSet<>();
        for (String text : texts) {
            // CloudFront reads a final dot as part of the name, and no certificate has such a name.
            require(!text.endsWith("."), Refusals::uncoveredAlias);
            DomainName alias = alias(text);
            requireFree(alias);
            require(
                    aliases.add(alias),
                    "The parameter CNAME contains one or more parameters that are not valid: "
                            + alias
                            + " is given twice.");
        }
        return new ArrayList<>(aliases);
    }

    void requireFree(DomainName alias) {
        require(
                !distributions.reserves(alias),
                "The parameter CNAME contains one or more parameters that are not valid: "
                        + alias
                        + " is among the names that distributions are given.");
    }

    private static DomainName alias(String text) {
        try {
            return new DomainName(text);
        } catch (DomainName.IllegalDomainName e) {
            throw invalidArgument(
                    "The parameter CNAME contains one or more parameters that are not valid: "
                            + e.getMessage());
        }
    }
}
