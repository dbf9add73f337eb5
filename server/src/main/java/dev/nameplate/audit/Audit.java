package dev.nameplate.audit;

import dev.nameplate.db.Database;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.UnsealException;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Looks through the whole store for what must not be. Reads one snapshot, and every key is opened and made to sign.
public final class Audit {
    private static final int PAGE = 500;

    private final Database database;
    private final Vault vault;
    private final SecureRandom random;
    private final List<SealedColumn> keys;

    /// @param keys of the certificates: columns beside a `chain`, in tables known by `certificate_id`
    public Audit(Database database, Vault vault, SecureRandom random, List<SealedColumn> keys) {
        this.database = database;
        this.vault = vault;
        this.random = random;
        this.keys = List.copyOf(keys);
    }

    /// @param findings in the checks' order
    public record Report(int entries, int certificates, int distributions, List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }
    }

    public Report run() {
        return database.read(this::of);
    }

    Report of(Handle handle) {
        List<Finding> findings = new ArrayList<>();
        for (Check check : Check.values()) {
            if (!check.query().isEmpty()) {
                handle.createQuery(check.query())
                        .mapTo(String.class)
                        .forEach(what -> findings.add(new Finding(check, what)));
            }
        }
        keys.forEach(column -> findings.addAll(wrongKeys(handle, column)));
        return new Report(
                count(handle, "saas_entry"),
                count(handle, "certificate"),
                count(handle, "distribution"),
                findings);
    }

    private static int count(Handle handle, String table) {
        return handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Integer.class).one();
    }

    private record Kept(String certificate, byte[] chain, byte[] sealed) {}

    private List<Finding> wrongKeys(Handle handle, SealedColumn column) {
        List<Finding> findings = new ArrayList<>();
        String last = "";
        List<Kept> page;
        do {
            page =
                    handle.createQuery(
                                    "SELECT certificate_id, chain, %1$s FROM %2$s WHERE certificate_id > :last AND %1$s IS NOT NULL ORDER BY certificate_id LIMIT :limit"
                                            .formatted(column.column(), column.table()))
                            .bind("last", last)
                            .bind("limit", PAGE)
                            .map((row, _) ->
                                    new Kept(row.getString(1), row.getBytes(2), row.getBytes(3)))
                            .list();
            for (Kept kept : page) {
                last = kept.certificate();
                if (!isKeyOf(kept, column)) {
                    findings.add(new Finding(Check.KEY_WRONG, last + " in " + column.table()));
                }
            }
        } while (page.size() == PAGE);
        return findings;
    }

    private boolean isKeyOf(Kept kept, SealedColumn column) {
        byte[] key;
        try {
            key = vault.open(kept.sealed(), column.contextOf(kept.certificate()));
        } catch (UnsealException _) {
            return false;
        }
        try {
            return signsFor(X509.parse(kept.chain()).getFirst().getPublicKey(), key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private boolean signsFor(PublicKey publicKey, byte[] pkcs8) {
        String algorithm = publicKey.getAlgorithm();
        byte[] challenge = new byte[32];
        random.nextBytes(challenge);
        try {
            PrivateKey key =
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            Signature signature =
                    Signature.getInstance(
                            algorithm.toUpperCase(Locale.ROOT).equals("RSA")
                                    ? "SHA256withRSA"
                                    : "SHA256withECDSA");
            signature.initSign(key, random);
            signature.update(challenge);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(challenge);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
