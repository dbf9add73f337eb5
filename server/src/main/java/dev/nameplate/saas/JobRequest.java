package dev.nameplate.saas;

import dev.nameplate.names.DomainName;

import java.util.List;
import java.util.Optional;

/// A job as asked for, after every check.
///
/// @param platform where its certificates and distributions are made
/// @param autoCreation whether each entry gets a distribution too
/// @param input the request as it is shown later, free of key material
public record JobRequest(
        Platform.Name platform,
        Operation operation,
        boolean autoCreation,
        String input,
        List<Entry> entries) {
    /// On this server.
    public JobRequest(
            Operation operation, boolean autoCreation, String input, List<Entry> entries) {
        this(Platform.Name.LOCAL, operation, autoCreation, input, entries);
    }

    public JobRequest {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("a job needs at least one entry");
        }
        if (autoCreation && entries.stream().anyMatch(entry -> entry.template().isEmpty())) {
            throw new IllegalArgumentException("a distribution is copied from a template");
        }
    }

    /// @param names the certificate's names and the distribution's aliases, primary first
    /// @param issuers from whom its certificate comes, first choice first; empty for whom the platform asks by itself
    public record Entry(
            List<DomainName> names,
            CertificateSource source,
            Optional<Template> template,
            List<String> issuers) {
        /// From whom the platform asks by itself.
        public Entry(
                List<DomainName> names, CertificateSource source, Optional<Template> template) {
            this(names, source, template, List.of());
        }

        public Entry {
            names = List.copyOf(names);
            issuers = List.copyOf(issuers);
        }
    }
}
