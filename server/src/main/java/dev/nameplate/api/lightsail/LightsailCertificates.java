package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.KeyChoice;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.QuotaExceeded;
import dev.nameplate.certificate.Request;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Zones;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.lightsail.model.CertificateSummary;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesRequest;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesResponse;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Lightsail's certificate operations.
final class LightsailCertificates {
    private static final String LIST = "certificates";

    private final Database database;
    private final Certificates certificates;
    private final Zones zones;
    private final ResourceNames names;
    private final LightsailTags tags;
    private final OperationLog operations;
    private final InstantSource clock;
    private final LightsailSettings settings;

    LightsailCertificates(
            Database database,
            Certificates certificates,
            Zones zones,
            ResourceNames names,
            LightsailTags tags,
            OperationLog operations,
            InstantSource clock,
            LightsailSettings settings) {
        this.database = database;
        this.certificates = certificates;
        this.zones = zones;
        this.names = names;
        this.tags = tags;
        this.operations = operations;
        this.clock = clock;
        this.settings = settings;
    }

    CreateCertificateResponse create(Call call, CreateCertificateRequest request) {
        LightsailRegions.requireServed(call.region());
        String name = request.certificateName();
        ResourceNames.check("certificate", name);
        List<DomainName> domains = domains(request);
        Map<String, String> tagged = LightsailTags.checked(request.tags());
        Optional<IssuerChoice> issuers = issuers(tagged);
        return database.write(write -> {
            names.requireFree(write.handle(), call, name);
            Certificate certificate = request(write, call, domains, issuers);
            var resource =
                    new NamedResource(
                            call.account(),
                            call.region(),
                            name,
                            ResourceType.CERTIFICATE,
                            certificate.id().value(),
                            certificate.id().toString(),
                            certificate.createdAt());
            names.take(write, resource);
            tags.put(write, resource, tagged);
            return CreateCertificateResponse.builder()
                    .certificate(summary(write.handle(), new Known(resource, certificate), true))
                    .operations(
                            operations.succeeded(
                                    write,
                                    call,
                                    "CreateCertificate",
                                    ResourceType.CERTIFICATE,
                                    name,
                                    ""))
                    .build();
        });
    }

    private Optional<IssuerChoice> issuers(Map<String, String> tagged) {
        try {
            return certificates.issuers().chosen(tagged);
        } catch (IssuerRules.UnknownIssuer unknown) {
            throw Refusal.invalid(
                    "The tag " + IssuerRules.TAG + " cannot be kept to: " + unknown.getMessage());
        }
    }

    private Certificate request(
            Write write, Call call, List<DomainName> domains, Optional<IssuerChoice> issuers) {
        try {
            return certificates.request(
                    write,
                    call.account(),
                    call.region(),
                    Request.of(
                                    Origin.LIGHTSAIL,
                                    domains,
                                    new KeyChoice.Unnamed(settings.certificateKey()))
                            .from(issuers));
        } catch (QuotaExceeded e) {
            throw Refusal.invalid(
                    "Sorry, you've requested too many certificates for your account. The limit of "
                            + e.limit()
                            + " "
                            + e.kind().meaning()
                            + " is reached; it is a setting of this server.");
        }
    }

    GetCertificatesResponse get(Call call, GetCertificatesRequest request) {
        boolean named = request.certificateName() != null && !request.certificateName().isEmpty();
        // Listing a single certificate by name has always shown its detail, flag or not; clients
        // rely on it.
        boolean detailed = named || Boolean.TRUE.equals(request.includeCertificateDetails());
        var wanted = Set.copyOf(request.certificateStatusesAsStrings());
        var start = PageToken.decode(LIST, request.pageToken(), PageToken.Position.OLDEST);
        return database.read(handle -> {
            if (!named) {
                return page(handle, call, wanted, detailed, start);
            }
            List<NamedResource> found =
                    names
                            .find(handle, call, ResourceType.CERTIFICATE, request.certificateName())
                            .stream()
                            .toList();
            return GetCertificatesResponse.builder()
                    .certificates(
                            load(handle, call, found).stream()
                                    .filter(known -> known.hasStatus(wanted, now()))
                                    .map(known -> summary(handle, known, true))
                                    .toList())
                    .build();
        });
    }

    DeleteCertificateResponse delete(Call call, DeleteCertificateRequest request) {
        String name = request.certificateName();
        return database.write(write -> {
            NamedResource resource =
                    names.require(write.handle(), call, ResourceType.CERTIFICATE, name);
            delete(write, call, resource);
            return DeleteCertificateResponse.builder()
                    .operations(
                            operations.succeeded(
                                    write,
                                    call,
                                    "DeleteCertificate",
                                    ResourceType.CERTIFICATE,
                                    name,
                                    ""))
                    .build();
        });
    }

    private void delete(Write write, Call call, NamedResource resource) {
        CertificateId id = certificateId(resource);
        var users = certificates.usedBy(write.handle(), id);
        if (!users.isEmpty()) {
            throw Refusal.invalid(
                    "The certificate '"
                            + resource.name()
                            + "' is in use by "
                            + users.stream()
                                    .sorted()
                                    .map(user -> userName(write.handle(), call, user))
                                    .collect(Collectors.joining(", "))
                            + ". Detach it there before you delete it.");
        }
        tags.removeAll(write, resource);
        names.free(write, resource);
        certificates.delete(write, id);
    }

    private String userName(Handle handle, Call call, String resourceKey) {
        String target = resourceKey.substring(resourceKey.indexOf('/') + 1);
        return names.of(handle, call.account(), ResourceType.DISTRIBUTION, target)
                .map(resource -> "the distribution '" + resource.name() + "'")
                .orElse(resourceKey);
    }

    private GetCertificatesResponse page(
            Handle handle,
            Call call,
            Set<String> wanted,
            boolean detailed,
            PageToken.Position start) {
        var found = new ArrayList<Known>();
        PageToken.Position at = start;
        while (found.size() <= PageToken.PAGE) {
            List<NamedResource> batch =
                    names.list(handle, call, ResourceType.CERTIFICATE, at, PageToken.PAGE + 1);
            load(handle, call, batch).stream()
                    .filter(known -> known.hasStatus(wanted, now()))
                    .forEach(found::add);
            if (batch.size() <= PageToken.PAGE) {
                break;
            }
            at = batch.getLast().position();
        }
        var page = PageToken.page(LIST, found, known -> known.resource().position());
        return GetCertificatesResponse.builder()
                .certificates(
                        page.items().stream()
                                .map(known -> summary(handle, known, detailed))
                                .toList())
                .nextPageToken(page.nextToken())
                .build();
    }

    private record Known(NamedResource resource, Certificate certificate) {
        boolean hasStatus(Set<String> wanted, Instant now) {
            return wanted.isEmpty()
                    || wanted.contains(CertificateView.status(certificate, now).toString());
        }
    }

    /// In the order of `resources`, without those that are in quarantine.
    private List<Known> load(Handle handle, Call call, List<NamedResource> resources) {
        Map<CertificateId, Certificate> byId =
                certificates
                        .find(
                                handle,
                                call.account(),
                                resources.stream().map(r -> certificateId(r)).toList())
                        .stream()
                        .collect(Collectors.toMap(Certificate::id, Function.identity()));
        return resources.stream()
                .flatMap(resource ->
                        Optional.ofNullable(byId.get(certificateId(resource)))
                                .map(certificate -> new Known(resource, certificate))
                                .stream())
                .toList();
    }

    private static CertificateId certificateId(NamedResource resource) {
        return new CertificateId(UUID.fromString(resource.target()));
    }

    private CertificateSummary summary(Handle handle, Known known, boolean detailed) {
        Certificate certificate = known.certificate();
        List<Tag> tagged = tags.of(handle, known.resource());
        var summary =
                CertificateSummary.builder()
                        .certificateArn(known.resource().arn().toString())
                        .certificateName(known.resource().name())
                        .domainName(certificate.primaryName().ascii())
                        .tags(tagged);
        if (detailed) {
            int uses = certificates.usedBy(handle, certificate.id()).size();
            summary.certificateDetail(
                    CertificateView.detail(
                                    known.resource(),
                                    certificate,
                                    uses,
                                    record -> zones.standing(handle, certificate.account(), record),
                                    now())
                            .toBuilder()
                            .tags(tagged)
                            .build());
        }
        return summary.build();
    }

    /// The primary first, then the alternates as given, each once.
    private List<DomainName> domains(CreateCertificateRequest request) {
        var domains = new LinkedHashSet<DomainName>();
        domains.add(CertifiedName.parse("domainName", request.domainName()));
        CertifiedName.requireFitsCommonName(domains.getFirst());
        for (String alternate : request.subjectAlternativeNames()) {
            domains.add(CertifiedName.parse("subjectAlternativeNames", alternate));
        }
        int alternates = domains.size() - 1;
        if (domains.size() > settings.maxNames()) {
            throw Refusal.invalid(
                    "You can specify a maximum of "
                            + inWords(settings.maxNames() - 1)
                            + " alternate domains in addition to the primary domain name;"
                            + " subjectAlternativeNames has "
                            + alternates
                            + ".");
        }
        return List.copyOf(domains);
    }

    /// AWS writes its own limit as a word.
    private static String inWords(int limit) {
        return limit == LightsailSettings.DEFAULT_MAX_NAMES - 1 ? "nine" : String.valueOf(limit);
    }

    private Instant now() {
        return clock.instant();
    }
}
