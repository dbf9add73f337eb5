package dev.nameplate.distribution;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The door to the feature: creates, changes and deletes distributions inside the caller's transaction, keeps every accepted
/// configuration as a numbered version, keeps each alias on one distribution, tells certificates who uses them, and appends to
/// the change feed.
public final class Distributions {

    /// @throws AliasTaken if another distribution has one of the aliases
    /// @throws CallerReferenceUsed if the account has used the reference before
    public Distribution create(
            Write write,
            AccountId account,
            Distribution.Kind kind,
            String callerReference,
            ServedConfig config,
            String document) {
        throw new UnsupportedOperationException();
    }

    /// Accepts a new configuration as the next version; the status becomes in progress.
    ///
    /// @throws AliasTaken if another distribution has one of the aliases
    public Distribution update(
            Write write, Distribution existing, ServedConfig config, String document) {
        throw new UnsupportedOperationException();
    }

    /// The rules of when (disabled and deployed) are the door's. Frees aliases and the certificate.
    public void delete(Write write, Distribution existing) {
        throw new UnsupportedOperationException();
    }

    public Optional<Distribution> find(Handle handle, DistributionId id) {
        throw new UnsupportedOperationException();
    }

    /// Oldest first.
    public List<Distribution> list(Handle handle, AccountId account, Distribution.Kind kind) {
        throw new UnsupportedOperationException();
    }

    /// The distribution that `host` leads to: its exact alias, else the closest wildcard alias (of any depth), else its own
    /// name.
    public Optional<Distribution> serving(Handle handle, String host) {
        throw new UnsupportedOperationException();
    }

    public Optional<DistributionId> holderOf(Handle handle, DomainName alias) {
        throw new UnsupportedOperationException();
    }

    public List<Distribution> using(Handle handle, CertificateId certificate) {
        throw new UnsupportedOperationException();
    }

    public List<Distribution> inProgress(Handle handle, int limit) {
        throw new UnsupportedOperationException();
    }

    /// Says that every edge node has `version`; does nothing if a newer one was accepted meanwhile.
    public void deployed(Write write, DistributionId id, long version) {
        throw new UnsupportedOperationException();
    }

    public Optional<Version> version(Handle handle, DistributionId id, long number) {
        throw new UnsupportedOperationException();
    }

    /// An accepted configuration.
    public record Version(
            DistributionId id, long number, String etag, Instant acceptedAt, String document) {}

    public static final class AliasTaken extends RuntimeException {
        private final DomainName alias;
        private final DistributionId holder;

        public AliasTaken(DomainName alias, DistributionId holder) {
            super("the alias " + alias + " belongs to another distribution");
            this.alias = alias;
            this.holder = holder;
        }

        public DomainName alias() {
            return alias;
        }

        public DistributionId holder() {
            return holder;
        }
    }

    public static final class CallerReferenceUsed extends RuntimeException {
        private final DistributionId holder;

        public CallerReferenceUsed(String reference, DistributionId holder) {
            super("the caller reference " + reference + " was used for " + holder);
            this.holder = holder;
        }

        public DistributionId holder() {
            return holder;
        }
    }
}
