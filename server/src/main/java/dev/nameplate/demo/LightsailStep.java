package dev.nameplate.demo;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.BehaviorEnum;
import software.amazon.awssdk.services.lightsail.model.Certificate;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.DnsRecordCreationStateCode;
import software.amazon.awssdk.services.lightsail.model.DomainValidationRecord;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;
import software.amazon.awssdk.services.lightsail.model.OriginProtocolPolicyEnum;
import software.amazon.awssdk.services.lightsail.model.RegionName;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One certificate and one distribution, by hand, through Lightsail.
final class LightsailStep {
    static final String ZONE = "shop.example";
    static final String PRIMARY = "www.shop.example";
    private static final List<String> ALTERNATES = List.of("shop.example", "img.shop.example");
    private static final String CERTIFICATE = "shop-certificate";
    private static final String DISTRIBUTION = "shop-distribution";

    private final LightsailClient lightsail;
    private final VerifiedFetch visitor;
    private final DemoOrigin origin;
    private final Transcript transcript;
    private final Patience patience;
    private final Visit visit;

    LightsailStep(
            Clients clients,
            VerifiedFetch visitor,
            DemoOrigin origin,
            Transcript transcript,
            Patience patience,
            Visit visit) {
        this.lightsail = clients.lightsail();
        this.visitor = visitor;
        this.origin = origin;
        this.transcript = transcript;
        this.patience = patience;
        this.visit = visit;
    }

    void run() throws IOException, InterruptedException {
        transcript.step("1", "Lightsail: a zone, a certificate, a distribution");
        transcript.call("CreateDomain " + ZONE);
        lightsail.createDomain(request -> request.domainName(ZONE));
        transcript.check("the zone is hosted here");
        requestCertificate();
        Certificate issued = awaitIssued();
        transcript.check(
                "ISSUED: serial %s, %s, until %s"
                        .formatted(
                                issued.serialNumber(), issued.keyAlgorithm(), issued.notAfter()));
        LightsailDistribution distribution = distribute();
        for (String name : names()) {
            visitTwice(name, issued);
        }
        visitOwnName(distribution.domainName());
    }

    private void requestCertificate() throws IOException {
        transcript.call(
                "CreateCertificate %s for %s, %s"
                        .formatted(CERTIFICATE, PRIMARY, String.join(", ", ALTERNATES)));
        Certificate asked =
                lightsail
                        .createCertificate(request ->
                                request.certificateName(CERTIFICATE)
                                        .domainName(PRIMARY)
                                        .subjectAlternativeNames(ALTERNATES)
                                        .tags(Tag.builder().key("made-by").value("demo").build()))
                        .certificate()
                        .certificateDetail();
        Unverified.unless(
                asked.subjectAlternativeNames().equals(names()),
                "the certificate is for " + asked.subjectAlternativeNames());
        for (DomainValidationRecord record : asked.domainValidationRecords()) {
            Unverified.unless(
                    record.dnsRecordCreationState().code() == DnsRecordCreationStateCode.SUCCEEDED,
                    "the record of " + record.domainName() + " was not written to the zone");
            transcript.fact(
                    "%s CNAME %s"
                            .formatted(
                                    record.resourceRecord().name(),
                                    record.resourceRecord().value()));
            Unverified.unless(
                    answeredByDns(record.resourceRecord().name())
                            .equals(record.resourceRecord().value()),
                    "DNS does not show the record of " + record.domainName());
        }
        transcript.check(
                "each name's CNAME is in the zone, and the DNS server answers it over UDP");
    }

    private String answeredByDns(String name) throws IOException {
        int colon = visit.dns().lastIndexOf(':');
        SimpleResolver resolver = new SimpleResolver(visit.dns().substring(0, colon));
        resolver.setPort(Integer.parseInt(visit.dns().substring(colon + 1)));
        Message answer =
                resolver.send(
                        Message.newQuery(
                                Record.newRecord(Name.fromString(name), Type.CNAME, DClass.IN)));
        return answer.getSection(Section.ANSWER).stream()
                .findFirst()
                .map(Record::rdataToString)
                .orElse("nothing");
    }

    private Certificate awaitIssued() throws InterruptedException {
        return patience.until(
                "the certificate to be issued",
                () -> {
                    Certificate certificate =
                            lightsail
                                    .getCertificates(request ->
                                            request.certificateName(CERTIFICATE)
                                                    .includeCertificateDetails(true))
                                    .certificates()
                                    .getFirst()
                                    .certificateDetail();
                    Unverified.unless(
                            certificate.status() != CertificateStatus.FAILED,
                            "the certificate failed: " + certificate.requestFailureReason());
                    return certificate.status() == CertificateStatus.ISSUED
                            ? Optional.of(certificate)
                            : Optional.empty();
                });
    }

    private LightsailDistribution distribute() throws InterruptedException {
        transcript.call(
                "CreateDistribution %s with origin 127.0.0.1:%d"
                        .formatted(DISTRIBUTION, origin.port()));
        lightsail.createDistribution(request ->
                request.distributionName(DISTRIBUTION)
                        .bundleId("small_1_0")
                        .origin(input ->
                                input.name("127.0.0.1:" + origin.port())
                                        .regionName(RegionName.US_EAST_1)
                                        .protocolPolicy(OriginProtocolPolicyEnum.HTTP_ONLY))
                        .defaultCacheBehavior(cache -> cache.behavior(BehaviorEnum.CACHE)));
        awaitDeployed();
        transcript.call("AttachCertificateToDistribution");
        lightsail.attachCertificateToDistribution(
                request -> request.distributionName(DISTRIBUTION).certificateName(CERTIFICATE));
        LightsailDistribution distribution = awaitDeployed();
        transcript.check(
                "Deployed: %s serves %s"
                        .formatted(
                                distribution.domainName(),
                                String.join(", ", distribution.alternativeDomainNames())));
        return distribution;
    }

    private LightsailDistribution awaitDeployed() throws InterruptedException {
        return patience.until(
                "the distribution to be deployed",
                () ->
                        lightsail
                                .getDistributions(request -> request.distributionName(DISTRIBUTION))
                                .distributions()
                                .stream()
                                .filter(distribution -> distribution.status().equals("Deployed"))
                                .findFirst());
    }

    private void visitTwice(String name, Certificate issued) throws IOException {
        VerifiedFetch.Page first = visitor.get(name, "/" + name);
        Unverified.unless(
                first.status() == 200 && first.body().equals(DemoOrigin.PAGE),
                "https://%s answered %d: %s".formatted(name, first.status(), first.body()));
        String serial = issued.serialNumber().replace(":", "");
        Unverified.unless(
                first.certificate().getSerialNumber().equals(new BigInteger(serial, 16)),
                name + " is served with another certificate");
        int reached = origin.requests();
        VerifiedFetch.Page second = visitor.get(name, "/" + name);
        Unverified.unless(
                second.header("x-cache").startsWith("Hit") && origin.requests() == reached,
                name + ": the second visit was not a cache hit but " + second.header("x-cache"));
        transcript.check(
                "https://%s verified by the root; then %s"
                        .formatted(name, second.header("x-cache")));
    }

    private void visitOwnName(String name) throws IOException {
        VerifiedFetch.Page page = visitor.get(name, "/");
        Unverified.unless(
                page.status() == 200 && page.body().equals(DemoOrigin.PAGE),
                "https://%s answered %d: %s".formatted(name, page.status(), page.body()));
        transcript.check("https://%s, the distribution's own name".formatted(name));
    }

    private static List<String> names() {
        return Stream.concat(Stream.of(PRIMARY), ALTERNATES.stream()).toList();
    }
}
