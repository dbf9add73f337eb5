package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.vault.Vault;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What an import makes, once [Imports] has examined it: an issued certificate, or other material of one that was imported before.
record KeptImports(ChangeFeed feed, Vault vault, Quarantine quarantine) {
    Certificate store(
            Write write,
            CertificateId id,
            AccountId account,
            Region region,
            SealedImport sealed,
            Instant now) {
        State.Issued issued = State.Issued.of(sealed.leaf(), now);
        Certificate certificate =
                new Certificate(
                        id,
                        account,
                        region,
                        Origin.IMPORTED,
                        sealed.names(),
                        sealed.keyAlgorithm(),
                        now,
                        issued,
                        List.of(),
                        Validation.DNS,
                        Export.NEVER,
                        IssuerChoice.EMBEDDED,
                        Optional.empty());
        CertificateRows.insert(write.handle(), certificate, issued.notAfter());
        put(write, "PENDING", certificate, sealed, issued);
        return certificate;
    }

    /// @param current its leaf until now
    /// @throws dev.nameplate.pki.UnusableImport as of [Certificates#replace]
    Certificate replace(
            Write write,
            Certificate existing,
            Optional<X509Certificate> current,
            SealedImport sealed,
            Instant now) {
        ReimportRules.check(existing, current, sealed);
        State.Issued issued = State.Issued.of(sealed.leaf(), now);
        Certificate replaced =
                new Certificate(
                        existing.id(),
                        existing.account(),
                        existing.region(),
                        Origin.IMPORTED,
                        sealed.names(),
                        existing.keyAlgorithm(),
                        existing.createdAt(),
                        issued,
                        List.of(),
                        Validation.DNS,
                        Export.NEVER,
                        IssuerChoice.EMBEDDED,
                        Optional.empty());
        CertificateRows.replaceNames(write.handle(), replaced);
        put(write, "ISSUED", replaced, sealed, issued);
        Set<String> changedNames = new LinkedHashSet<>();
        existing.names().forEach(name -> changedNames.add(name.ascii()));
        replaced.names().forEach(name -> changedNames.add(name.ascii()));
        feed.append(write, Change.Kind.CERTIFICATE, replaced.id().toString(), changedNames);
        write.afterCommit(() -> quarantine.loads(replaced.id().toString()));
        return replaced;
    }

    private void put(
            Write write,
            String from,
            Certificate certificate,
            SealedImport sealed,
            State.Issued issued) {
        CertificateRows.markIssued(
                write.handle(),
                from,
                List.of(certificate.id()),
                List.of(certificate.issuers()),
                List.of(issued));
        CertificateRows.putMaterial(
                write.handle(), List.of(sealed.materialFor(certificate.id(), vault)));
        ImportRows.remember(write.handle(), certificate, sealed);
    }
}
