package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.KeyChoice;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.QuotaExceeded;
import dev.nameplate.certificate.Request;
import dev.nameplate.certificate.Validation;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.acm.model.RequestCertificateResponse;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// RequestCertificate.
final class CertificateRequests {
    private static final Pattern PRIVATE_CA =
            Pattern.compile("arn:[\\w-]+:acm-pca:[a-z0-9-]+:\\d{12}:certificate-authority/[\\w-]+");

    private final Database database;
    private final Certificates certificates;
    private final AcmTags tags;
    private final InstantSource clock;
    private final AcmSettings settings;
    private final RequestTokens tokens = new RequestTokens();
    private final RequestOptions options;

    CertificateRequests(
            Database database,
            Certificates certificates,
            AcmTags tags,
            RequestOptions options,
            InstantSource clock,
            AcmSettings settings) {
        this.database = database;
        this.certificates = certificates;
        this.tags = tags;
        this.options = options;
        this.clock = clock;
        this.settings = settings;
    }

    RequestCertificateResponse request(Call call, RequestCertificateRequest request) {
        refuseWhatIsNotOffered(request);
        List<DomainName> names = names(request);
        checkManagement(request, names);
        request.domainValidationOptions()
                .forEach(option ->
                        ValidationOptions.check(
                                ValidationOptions.parse(option.domainName()),
                                ValidationOptions.parse(option.validationDomain()),
                                names));
        KeyChoice key =
                Optional.ofNullable(request.keyAlgorithmAsString())
                        .<KeyChoice>map(word -> new KeyChoice.Named(Words.requestable(word)))
                        .orElseGet(() -> new KeyChoice.Unnamed(settings.key()));
        String transparency = transparency(request);
        Map<String, String> tagged = AcmTags.checked(request.tags());
        Optional<IssuerChoice> issuers = issuers(tagged);
        @Nullable String token = request.idempotencyToken();
        boolean exportable = exportable(request);
        Validation validation =
                "HTTP".equals(request.validationMethodAsString())
                        ? Validation.HTTP
                        : Validation.DNS;
        String parameters = parameters(names, key, transparency, exportable, validation);
        Certificate certificate =
                database.write(write -> {
                    Instant now = clock.instant();
                    Optional<Certificate> before = earlier(write, call, token, parameters, now);
                    if (before.isPresent()) {
                        return before.get();
                    }
                    Certificate made =
                            made(
                                    write,
                                    call,
                                    new Request(
                                            Origin.ACM,
                                            names,
                                            key,
                                            validation,
                                            exportable,
                                            issuers));
                    tags.add(write, made.id(), tagged);
                    options.keep(write, made.id(), transparency);
                    if (token != null) {
                        tokens.remember(write, call, token, parameters, made.id(), now);
                    }
                    return made;
                });
        return RequestCertificateResponse.builder()
                .certificateArn(CertificateArn.of(certificate).toString())
                .build();
    }

    private Optional<IssuerChoice> issuers(Map<String, String> tagged) {
        try {
            return certificates.issuers().chosen(tagged).or(settings::issuers);
        } catch (IssuerRules.UnknownIssuer unknown) {
            throw Refusal.invalidTag(
                    "The tag " + IssuerRules.TAG + " cannot be kept to: " + unknown.getMessage());
        }
    }

    private Certificate made(Write write, Call call, Request request) {
        try {
            return certificates.request(write, call.account(), call.region(), request);
        } catch (QuotaExceeded exceeded) {
            throw Refusal.quota(exceeded);
        }
    }

    private Optional<Certificate> earlier(
            Write write, Call call, @Nullable String token, String parameters, Instant now) {
        if (token == null) {
            return Optional.empty();
        }
        return tokens.find(write, call, token, parameters, now)
                .flatMap(id -> certificates.find(write.handle(), call.account(), id));
    }

    private static void refuseWhatIsNotOffered(RequestCertificateRequest request) {
        @Nullable String method = request.validationMethodAsString();
        if (method != null && !method.equals("DNS") && !method.equals("HTTP")) {
            throw Refusal.invalidParameter(
                    "The validation method "
                            + method
                            + " is not offered by this server. Use DNS: a name is proven by its"
                            + " CNAME record.");
        }
        @Nullable String authority = request.certificateAuthorityArn();
        if (authority != null && !PRIVATE_CA.matcher(authority).matches()) {
            throw Refusal.invalidArn(
                    "Invalid ARN '" + authority + "'. It is not that of a certificate authority.");
        }
        if (authority != null) {
            throw Refusal.invalidParameter(
                    "Private certificate authorities are not offered by this server. Leave out"
                            + " CertificateAuthorityArn to have its own CA issue the certificate.");
        }
    }

    /// A name that CloudFront serves is proven over HTTP, and only such a name.
    private static void checkManagement(RequestCertificateRequest request, List<DomainName> names) {
        boolean managed = request.managedByAsString() != null;
        if ("HTTP".equals(request.validationMethodAsString()) != managed) {
            throw Refusal.invalidParameter(
                    "The validation method HTTP and ManagedBy CLOUDFRONT go together. Use DNS to prove names"
                            + " by CNAME records. Leave out ManagedBy then.");
        }
        if (managed && names.stream().anyMatch(DomainName::isWildcard)) {
            throw Refusal.invalidParameter(
                    "HTTP validation cannot prove a wildcard name. Use DNS.");
        }
        if (managed && exportable(request)) {
            throw Refusal.invalidParameter(
                    "A certificate that CloudFront manages is served there and not exported. Leave out"
                            + " Export or set it to DISABLED.");
        }
    }

    private static boolean exportable(RequestCertificateRequest request) {
        return request.options() != null && "ENABLED".equals(request.options().exportAsString());
    }

    private static String transparency(RequestCertificateRequest request) {
        @Nullable String given =
                request.options() == null
                        ? null
                        : request.options().certificateTransparencyLoggingPreferenceAsString();
        return given == null ? RequestOptions.DEFAULT : given;
    }

    /// The primary first, then the alternatives as given, each once.
    private List<DomainName> names(RequestCertificateRequest request) {
        var names = new LinkedHashSet<DomainName>();
        names.add(ValidationOptions.parse(request.domainName()));
        request.subjectAlternativeNames().forEach(name -> names.add(ValidationOptions.parse(name)));
        if (!names.getFirst().fitsCommonName()) {
            throw Refusal.validation(
                    "The first domain name can have no more than 64 characters, because it becomes the"
                            + " common name. Make a shorter name the first and add '"
                            + names.getFirst()
                            + "' as a subject alternative name.");
        }
        if (names.size() > settings.namesPerCertificate()) {
            throw Refusal.limitExceeded("Certificate has too many domains.");
        }
        return List.copyOf(names);
    }

    private static String parameters(
            List<DomainName> names,
            KeyChoice key,
            String transparency,
            boolean exportable,
            Validation validation) {
        var parameters = new ArrayList<String>();
        parameters.add(
                switch (key) {
                    case KeyChoice.Named(KeyAlgorithm algorithm) -> algorithm.name();
                    // Not what it comes to: that may change between a request and its repetition.
                    case KeyChoice.Unnamed _ -> "";
                });
        parameters.add(transparency);
        parameters.add(Boolean.toString(exportable));
        parameters.add(validation.name());
        names.forEach(name -> parameters.add(name.ascii()));
        return RequestTokens.digest(parameters);
    }
}
