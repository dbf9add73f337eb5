package dev.nameplate;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.State;
import dev.nameplate.client.CommandFailed;
import dev.nameplate.config.Settings;
import dev.nameplate.db.Write;
import dev.nameplate.issuer.ca.Hierarchy;
import dev.nameplate.issuer.ca.KnownAuthority;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.job.JobEngine;

import org.jdbi.v3.core.Handle;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Revokes whatever our authorities have signed, by its serial number: beside a running server, and also what is in use, which
/// ACM's door refuses. The certificate of an authority is revoked in its root's list.
final class SerialRevocation {
    /// The others are about revocations that end again.
    private static final List<RevocationReason> FINAL =
            Stream.of(RevocationReason.values())
                    .filter(each ->
                            each != RevocationReason.REMOVE_FROM_CRL
                                    && each != RevocationReason.CERTIFICATE_HOLD)
                    .toList();

    private final Store store;
    private final Features features;

    private final Revocations revocations;

    SerialRevocation(Store store, Settings settings) {
        this.store = store;
        // Wakes nobody here; the server looks every minute for what others have revoked.
        JobEngine idle = new JobEngine(store.database(), store.clock(), "command line");
        this.features = Features.over(store, settings, idle);
        this.revocations = new Revocations(idle);
    }

    /// @return what was revoked, in words
    String revoke(String serialText, String reasonText) {
        String serial = serial(serialText);
        RevocationReason reason = reason(reasonText);
        Hierarchy hierarchy = features.ca().authorities().hierarchy();
        Optional<KnownAuthority> authority =
                hierarchy.all().stream().filter(each -> each.serial().equals(serial)).findFirst();
        if (authority.isPresent()) {
            return revokeAuthority(hierarchy, authority.get(), reason);
        }
        return store.database()
                .write(write -> {
                    Optional<Revocations.Revoked> earlier =
                            Revocations.status(write.handle(), serial)
                                    .flatMap(Revocations.Status::revoked);
                    Optional<Certificate> certificate = inService(write.handle(), serial);
                    if (certificate.isPresent()) {
                        requireNotRevoked("certificate " + certificate.get().id(), earlier);
                        features.certificates().revoke(write, certificate.get(), reason);
                        return "certificate " + certificate.get().id() + " is revoked";
                    }
                    requireNotRevoked("serial number " + serial, earlier);
                    revokeOnly(write, serial, reason);
                    return "serial number " + serial + " is revoked";
                });
    }

    private String revokeAuthority(
            Hierarchy hierarchy, KnownAuthority authority, RevocationReason reason) {
        if (authority.isRoot()) {
            throw new CommandFailed(
                    "a root cannot be revoked: whoever trusts it must take it out of their trust store");
        }
        if (authority.equals(hierarchy.signing())) {
            throw new CommandFailed(
                    "this authority signs at the moment; let another one sign first: './nameplate ca rotate'");
        }
        String name = authority.certificate().getSubjectX500Principal().toString();
        X509Certificate above = hierarchy.parent(authority).certificate();
        store.database()
                .write(write -> {
                    requireNotRevoked(
                            name,
                            Revocations.ofAuthority(
                                    write.handle(), authority.certificate(), above));
                    revocations.revokeAuthority(
                            write, authority.certificate(), above, reason, store.clock().instant());
                    return authority;
                });
        return name + " is revoked";
    }

    /// Relying parties may have stored the first reason and time, so neither is ever changed.
    private static void requireNotRevoked(String name, Optional<Revocations.Revoked> earlier) {
        earlier.ifPresent(revoked -> {
            throw new CommandFailed(
                    "%s is already revoked (%s) at %s, and stays so; nothing was changed"
                            .formatted(name, word(revoked.reason().name()), revoked.at()));
        });
    }

    /// The certificate whose current leaf has the serial number, so that it is shown as revoked too.
    private Optional<Certificate> inService(Handle handle, String serial) {
        return Revocations.certificateOf(handle, serial)
                .map(id -> new CertificateId(UUID.fromString(id)))
                .flatMap(id -> features.certificates().find(handle, store.account(), id))
                .filter(certificate ->
                        certificate.state() instanceof State.Issued issued
                                && serial(issued.serial()).equals(serial));
    }

    private void revokeOnly(Write write, String serial, RevocationReason reason) {
        Instant now = store.clock().instant();
        try {
            revocations.revoke(write, serial, reason, now);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()));
        }
    }

    static String serial(String text) {
        try {
            return new BigInteger(text.replace(":", "").strip(), 16).toString(16);
        } catch (NumberFormatException e) {
            throw new CommandFailed(
                    "'" + text + "' is not a serial number in hex, with or without colons");
        }
    }

    /// As RFC 5280 writes them or we do, in any case and with any separators.
    private static RevocationReason reason(String text) {
        String wanted = word(text).replace("-", "");
        return FINAL.stream()
                .filter(each -> word(each.name()).replace("-", "").equals(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new CommandFailed(
                                "there is no reason '"
                                        + text
                                        + "'; give one of "
                                        + FINAL.stream()
                                                .map(each -> word(each.name()))
                                                .collect(Collectors.joining(", "))));
    }

    private static String word(String text) {
        return text.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
