package dev.nameplate.certificate;

import dev.nameplate.dns.HttpRecord;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.vault.Vault;

import java.net.URI;
import java.util.HexFormat;

/// What proves a name over HTTP, in ACM's shape. Like [StandingCname] a keyed function of account and name, so that a redirect
/// once set serves every renewal.
final class StandingFile {
    static final String FOLDER = "/.well-known/pki-validation/";

    private static final String PURPOSE = "standing-file";

    private final Vault vault;
    private final String suffix;

    StandingFile(Vault vault, String suffix) {
        this.vault = vault;
        this.suffix = suffix;
    }

    HttpRecord of(AccountId account, DomainName name) {
        return new HttpRecord(
                URI.create("http://" + name + FOLDER + hex("from", account, name) + ".txt"),
                URI.create(
                        "http://validation."
                                + suffix
                                + "/"
                                + account
                                + FOLDER
                                + hex("to", account, name)
                                + ".txt"));
    }

    private String hex(String which, AccountId account, DomainName name) {
        byte[] derived = vault.derive(PURPOSE, which + "/" + account + "/" + name);
        return HexFormat.of().formatHex(derived, 0, 16);
    }
}
