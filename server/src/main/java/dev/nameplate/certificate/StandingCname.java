package dev.nameplate.certificate;

import dev.nameplate.dns.CnameRecord;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.vault.Vault;

import java.util.Arrays;
import java.util.HexFormat;

/// The CNAME that proves a name, in ACM's shape: `_<32 hex>.<base>.` pointing at
/// `_<32 hex>.<10 letters>.proof.<suffix>.`.
///
/// It is a keyed function of account and base name and of nothing else, so whoever has set it once never has to touch it
/// again: not for the next request, not for another Region, not for a renewal. `*.x` and `x` share one; two accounts never
/// do, so that one customer's record proves nothing for another.
final class StandingCname {
    private static final String PURPOSE = "standing-cname";
    private static final int LETTERS = 10;

    private final Vault vault;
    private final String suffix;

    StandingCname(Vault vault, String suffix) {
        this.vault = vault;
        this.suffix = suffix;
    }

    CnameRecord of(AccountId account, DomainName name) {
        String base = name.base().ascii();
        HexFormat hex = HexFormat.of();
        byte[] label = vault.derive(PURPOSE, "name/" + account + "/" + base);
        byte[] value = vault.derive(PURPOSE, "value/" + account + "/" + base);
        StringBuilder letters = new StringBuilder(LETTERS);
        for (byte b : Arrays.copyOfRange(value, 16, 16 + LETTERS)) {
            letters.append((char) ('a' + Byte.toUnsignedInt(b) % 26));
        }
        return new CnameRecord(
                "_" + hex.formatHex(label, 0, 16) + "." + base + ".",
                "_" + hex.formatHex(value, 0, 16) + "." + letters + ".proof." + suffix + ".");
    }
}
