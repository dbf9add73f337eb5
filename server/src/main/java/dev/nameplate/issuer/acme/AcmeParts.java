package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.job.Wakeup;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import java.time.InstantSource;
import java.util.function.BiConsumer;

/// What issuers here are made of, the same for all of them.
///
/// @param texts whether a TXT record is seen, asked before an authority is told to look
/// @param decided told, in the transaction, that an order for the certificate is decided
/// @param watch told of what became of orders, for figures
public record AcmeParts(
        Database database,
        Vault vault,
        KeyPairs keyPairs,
        Challenges challenges,
        TextLookup texts,
        Pacing pacing,
        BiConsumer<Write, CertificateId> decided,
        OrderWatch watch,
        InstantSource clock,
        Wakeup wakeup) {}
