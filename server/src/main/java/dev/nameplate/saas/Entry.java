package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One certificate of a job, with its distribution.
///
/// @param number place in the job, from 0
/// @param order the job's, as it was when the entry was read
/// @param acceptedAt when the job was
/// @param names primary first; they are on the certificate and are the distribution's aliases
/// @param issuers from whom its certificate comes, first choice first; empty for whom the platform asks by itself
public record Entry(
        JobId job,
        int number,
        AccountId account,
        Platform.Name platform,
        Operation operation,
        boolean autoCreation,
        Order order,
        Instant acceptedAt,
        List<DomainName> names,
        Optional<Template> template,
        List<String> issuers,
        Progress progress) {
    public Entry {
        names = List.copyOf(names);
        issuers = List.copyOf(issuers);
    }

    public DomainName primaryName() {
        return names.getFirst();
    }

    /// Whether a tenant of a multi-tenant distribution serves it.
    public boolean byTenant() {
        return template.flatMap(Template::tenancy).isPresent();
    }

    Entry at(Progress next) {
        return new Entry(
                job,
                number,
                account,
                platform,
                operation,
                autoCreation,
                order,
                acceptedAt,
                names,
                template,
                issuers,
                next);
    }

    /// What the certificate request and the distribution are known by to AWS: the same at every attempt, so that a repeated
    /// attempt finds what an earlier one made.
    String reference() {
        return "saas-" + job + "-" + number;
    }

    @Override
    public String toString() {
        return "entry " + number + " of job " + job;
    }
}
