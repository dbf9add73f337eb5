package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.challenge.Challenge;

import org.shredzone.acme4j.toolbox.AcmeUtils;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// Which of the challenges that an authority offers is met, and what has to be shown for it.
///
/// What is shown in the DNS stands at the target that the owner's one record leads to. `dns-01` wants that record as
/// `_acme-challenge.<name>`, `dns-account-01` as `_<account's label>._acme-challenge.<name>`, `dns-persist-01` as
/// `_validation-persist.<name>` (draft-ietf-acme-dns-account-label, draft-ietf-acme-dns-persist); the latter two are met where an
/// authority does not offer the first, and need a record of their own of the name's owner: [#owners].
final class ChallengeChoice {
    static final String DNS = "dns-01";
    static final String DNS_ACCOUNT = "dns-account-01";
    static final String DNS_PERSIST = "dns-persist-01";
    static final String HTTP = "http-01";
    static final String ALPN = "tls-alpn-01";

    static final List<String> ALL = List.of(DNS, DNS_ACCOUNT, DNS_PERSIST, HTTP, ALPN);

    private static final List<String> IN_DNS = List.of(DNS, DNS_ACCOUNT, DNS_PERSIST);

    /// Of a digest's bytes, so many make the label.
    private static final int LABELLED = 10;

    private ChallengeChoice() {}

    /// @param url where the authority is told to look
    record Chosen(String type, String url, Challenge shown) {}

    /// @param offered the challenges of an authorization
    /// @param turn counts the orders made before: by traffic, the other kind is tried next time
    static Optional<Chosen> of(JsonNode offered, Issuer.Name name, Credentials account, int turn) {
        for (String type : wanted(name, turn)) {
            Optional<JsonNode> found =
                    StreamSupport.stream(offered.spliterator(), false)
                            .filter(each -> each.path("type").asText().equals(type))
                            .findFirst();
            if (found.isPresent()) {
                String url = found.get().path("url").asText();
                Optional<Challenge> shown = shown(type, found.get(), name, account);
                if (shown.isPresent()) {
                    return Optional.of(new Chosen(type, url, shown.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> wanted(Issuer.Name name, int turn) {
        if (name.way() == Issuer.Way.DNS || name.name().isWildcard()) {
            return IN_DNS;
        }
        return turn % 2 == 0 ? List.of(HTTP, ALPN) : List.of(ALPN, HTTP);
    }

    private static Optional<Challenge> shown(
            String type, JsonNode challenge, Issuer.Name name, Credentials account) {
        if (type.equals(DNS_PERSIST)) {
            return persistent(challenge, name, account);
        }
        String token = challenge.path("token").asText();
        if (!token.matches("[A-Za-z0-9_-]{1,256}")) {
            throw new AcmeClient.Unreadable(
                    "the token of a challenge for " + name.name() + " is none");
        }
        return switch (type) {
            case HTTP ->
                    Optional.of(
                            new Challenge.Http(
                                    name.name().base(), token, account.authorization(token)));
            case ALPN ->
                    Optional.of(
                            new Challenge.Alpn(name.name().base(), account.authorization(token)));
            default -> Optional.of(new Challenge.Text(name.target(), account.digest(token)));
        };
    }

    /// Where the authority looks for a challenge of this type, if that is not where everybody's standing record is.
    ///
    /// @param host without `*.`
    static Optional<String> owners(String type, String host, Credentials account) {
        return switch (type) {
            case DNS_ACCOUNT -> Optional.of(label(account.url()) + "._acme-challenge." + host);
            case DNS_PERSIST -> Optional.of("_validation-persist." + host);
            default -> Optional.empty();
        };
    }

    /// Tells accounts of one authority apart (draft-ietf-acme-dns-account-label section 3.2).
    static String label(String accountUrl) {
        byte[] first = Arrays.copyOf(AcmeUtils.sha256hash(accountUrl), LABELLED);
        return "_" + AcmeUtils.base32Encode(first).toLowerCase(Locale.ROOT);
    }

    /// A text that stays the same: `<issuer>; accounturi=<account>`, and the policy that a wildcard needs.
    private static Optional<Challenge> persistent(
            JsonNode challenge, Issuer.Name name, Credentials account) {
        List<String> issuers = new ArrayList<>();
        challenge.path("issuer-domain-names").forEach(each -> issuers.add(each.asText()));
        if (issuers.isEmpty()) {
            return Optional.empty();
        }
        String text =
                issuers.getFirst()
                        + "; accounturi="
                        + account.url()
                        + (name.name().isWildcard() ? "; policy=wildcard" : "");
        return Optional.of(new Challenge.Text(name.target(), text));
    }
}
