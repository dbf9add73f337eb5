package dev.nameplate.fuzz;

import dev.nameplate.api.acme.AcmeRequestTarget;
import dev.nameplate.api.saas.CsvTarget;
import dev.nameplate.api.saas.LenientJsonTarget;
import dev.nameplate.dns.QueryTarget;
import dev.nameplate.enrolment.CsrTarget;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The targets there are. Each is a class with a method as Jazzer calls it.
public enum Target {
    IMPORT("import", ImportTarget.class, ImportTarget::fuzzerTestOneInput),
    DOMAIN_NAME("domain-name", DomainNameTarget.class, DomainNameTarget::fuzzerTestOneInput),
    JSON_BODY("json-body", JsonBodyTarget.class, JsonBodyTarget::fuzzerTestOneInput),
    SEARCH_FILTER(
            "search-filter", SearchFilterTarget.class, SearchFilterTarget::fuzzerTestOneInput),
    LENIENT_JSON("lenient-json", LenientJsonTarget.class, LenientJsonTarget::fuzzerTestOneInput),
    ACME_REQUEST("acme-request", AcmeRequestTarget.class, AcmeRequestTarget::fuzzerTestOneInput),
    CSR("csr", CsrTarget.class, CsrTarget::fuzzerTestOneInput),
    CSV("csv", CsvTarget.class, CsvTarget::fuzzerTestOneInput),
    DNS_MESSAGE("dns-message", QueryTarget.class, QueryTarget::fuzzerTestOneInput);

    private final String folder;
    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Consumer<byte[]> one;

    Target(String folder, Class<?> type, Consumer<byte[]> one) {
        this.folder = folder;
        this.type = type;
        this.one = one;
    }

    Class<?> type() {
        return type;
    }

    void run(byte[] input) {
        one.accept(input);
    }

    /// Loads, and under Jazzer instruments, what the seeds need, before a single input is given seconds.
    public void warmUp() {
        for (Path seed : seeds()) {
            try {
                run(Files.readAllBytes(seed));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Inputs worth starting from, and those that once were findings.
    List<Path> seeds() {
        try (Stream<Path> files =
                Files.list(
                        Path.of(
                                Objects.requireNonNull(Target.class.getResource("/fuzz/" + folder))
                                        .toURI()))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
