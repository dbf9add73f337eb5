package dev.nameplate.certificate;

import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.vault.Vault;

import java.net.URI;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How we see that web traffic for a name arrives at our edge: a file under the name, where an authority would look too (RFC 8555
/// §8.3), that nobody but our edge can show.
///
/// Like [StandingCname] a keyed function of account and name, so that every node shows it without being told of anything. The
/// file's name says whose it is; what stands in it cannot be told from that.
public final class TrafficProbe {
    static final String FOLDER = "/.well-known/acme-challenge/";

    private static final String PURPOSE = "traffic-probe";
    private static final Pattern TOKEN = Pattern.compile("(\\d{12})([0-9a-f]{32})");

    private final Vault vault;

    public TrafficProbe(Vault vault) {
        this.vault = vault;
    }

    /// Looks for it under the name, at every address that the name has. Blocking.
    public Sighting look(ProofLookup lookup, AccountId account, DomainName name) {
        return lookup.look(of(account, name));
    }

    /// A wildcard has no traffic of its own.
    private HttpRecord of(AccountId account, DomainName name) {
        if (name.isWildcard()) {
            throw new IllegalArgumentException("no request is for " + name + " itself");
        }
        return new HttpRecord(
                URI.create(
                        "http://" + name + FOLDER + account + hex("from", account, name.ascii())),
                URI.create("http://" + name + FOLDER + hex("to", account, name.ascii()) + ".txt"));
    }

    /// What the file holds.
    ///
    /// @param account as in the file's name
    public record File(AccountId account, String content) {}

    /// The file that a host's visitor asks for, if it is one.
    ///
    /// @param host lower case
    /// @param token the file's name, as a stranger sent it
    public Optional<File> file(String host, String token) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return Optional.empty();
        }
        AccountId account = new AccountId(parts.group(1));
        return parts.group(2).equals(hex("from", account, host))
                ? Optional.of(new File(account, hex("to", account, host)))
                : Optional.empty();
    }

    private String hex(String which, AccountId account, String host) {
        byte[] derived = vault.derive(PURPOSE, which + "/" + account + "/" + host);
        return HexFormat.of().formatHex(derived, 0, 16);
    }
}
