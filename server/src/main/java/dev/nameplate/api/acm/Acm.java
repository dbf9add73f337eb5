package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.tag.Tags;
import dev.nameplate.wire.Caller;
import dev.nameplate.wire.DocumentOperation;

import software.amazon.awssdk.services.acm.AcmClient;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// The ACM door: one for the process, handing each caller an API of their own.
public final class Acm {
    final CertificateRequests requests;
    final KnownCertificates known;
    final CertificateImports imports;
    final CertificateExports exports;
    final CertificateChanges changes;
    final CertificateList list;
    final CertificateSearch search;
    final AccountConfiguration configuration;

    /// @param random salts exported keys
    public Acm(
            Database database,
            Certificates certificates,
            Tags tags,
            AcmSettings settings,
            InstantSource clock,
            SecureRandom random) {
        var acmTags = new AcmTags(tags);
        var options = new RequestOptions();
        this.requests =
                new CertificateRequests(database, certificates, acmTags, options, clock, settings);
        this.known = new KnownCertificates(database, certificates, acmTags, options, clock);
        this.imports = new CertificateImports(database, certificates, acmTags);
        this.exports = new CertificateExports(database, certificates, random);
        this.changes = new CertificateChanges(database, certificates, options);
        this.configuration = new AccountConfiguration(database, clock);
        this.search = new CertificateSearch(database, certificates.catalogue(), clock);
        this.list = new CertificateList(database, certificates.catalogue(), clock);
    }

    /// The ARN a certificate is known by here.
    public static String arn(Certificate certificate) {
        return CertificateArn.of(certificate).text();
    }

    /// The certificate an ARN stands for, if it can be one of ours.
    public static Optional<CertificateId> id(String arn) {
        return CertificateArn.parse(arn).id();
    }

    /// The API as `caller` sees it: their account, in the store of the Region they signed for.
    public AcmClient as(Caller caller) {
        return api(caller);
    }

    /// What the SDK's client interface has no method for, by name.
    public Map<String, DocumentOperation> documents() {
        return Map.of(
                "SearchCertificates", (caller, request) -> api(caller).searchCertificates(request));
    }

    private AcmApi api(Caller caller) {
        return new AcmApi(
                this, new Call(new AccountId(caller.account()), new Region(caller.region())));
    }
}
