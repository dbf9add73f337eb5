package dev.nameplate.certificate;

import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.vault.Vault;

import java.util.Arrays;
import java.util.HexFormat;

/// The CNAME that proves a name, pointing at `_<32 hex>.<10 letters>.proof.<suffix>.`; in ACM's shape `_<32 hex>.<base>.`, or
/// where ACME authorities look, `_acme-challenge.<base>.`
///
/// Its target, and in ACM's shape its name, are keyed functions of account and base name and of nothing else, so whoever has
/// set it once never has to touch it again: not for the next request, not for another Region, not for a renewal, not for
/// another issuer that looks there. `*.x` and `x` share one; two accounts never do, so that one customer's record proves
/// nothing for another.
final class StandingCname {
    private static final String PURPOSE = "standing-cname";
    private static final int LETTERS = 10;

    /// RFC 8555 section 8.4.
    private static final String CHALLENGE = "_acme-challenge.";

    private final Vault vault;
    private final String suffix;

    StandingCname(Vault vault, String suffix) {
        this.vault = vault;
        this.suffix = suffix;
    }

    CnameRecord of(AccountId account, DomainName name, ProofForm form) {
        String base = name.base().ascii();
        byte[] value = vault.derive(PURPOSE, "value/" + account + "/" + base);
        StringBuilder letters = new StringBuilder(LETTERS);
        for (byte b : Arrays.copyOfRange(value, 16, 16 + LETTERS)) {
            letters.append((char) ('a' + Byte.toUnsignedInt(b) % 26));
        }
        return new CnameRecord(
                switch (form) {
                    case ACM_RECORD -> acmName(vault, account, base);
                    case ACME_CHALLENGE -> CHALLENGE + base + ".";
                },
                "_"
                        + HexFormat.of().formatHex(value, 0, 16)
                        + "."
                        + letters
                        + ".proof."
                        + suffix
                        + ".");
    }

    /// The same proof where issuers of that form look for it.
    static CnameRecord in(Vault vault, AccountId account, Proof proof, ProofForm form) {
        String base = proof.name().base().ascii();
        return new CnameRecord(
                switch (form) {
                    case ACM_RECORD -> acmName(vault, account, base);
                    case ACME_CHALLENGE -> CHALLENGE + base + ".";
                },
                proof.record().value());
    }

    static ProofForm form(CnameRecord record) {
        return record.name().startsWith(CHALLENGE)
                ? ProofForm.ACME_CHALLENGE
                : ProofForm.ACM_RECORD;
    }

    private static String acmName(Vault vault, AccountId account, String base) {
        byte[] label = vault.derive(PURPOSE, "name/" + account + "/" + base);
        return "_" + HexFormat.of().formatHex(label, 0, 16) + "." + base + ".";
    }
}
