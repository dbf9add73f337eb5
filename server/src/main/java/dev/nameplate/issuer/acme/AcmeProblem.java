package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.dns.Actor;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Why something did not go on: an authority's problem document (RFC 8555 section 6.7), or what we met in its place.
///
/// @param type of an authority's document without `urn:ietf:params:acme:error:`; of ours one of the constants
/// @param status of the answer; 0 where there was none
/// @param retryAfter how long the authority wants to be left alone
/// @param about what it says of single names
/// @param page where a person is told what to do (RFC 8555 section 7.3.3)
public record AcmeProblem(
        String type,
        String detail,
        int status,
        Optional<Duration> retryAfter,
        List<About> about,
        Optional<String> page) {
    /// No answer came.
    static final String UNREACHABLE = "unreachable";

    /// An answer came that no client can read.
    static final String UNREADABLE = "unreadable";

    /// An error without a problem document.
    static final String HTTP = "http";

    /// What it issued is not what was ordered.
    static final String WRONG_CERTIFICATE = "wrongCertificate";

    /// The operator has something to do before the account counts.
    static final String ACCOUNT_NOT_READY = "accountNotReady";

    /// It offers no challenge that we can meet.
    static final String NO_CHALLENGE = "noChallenge";

    /// Our own DNS does not show what was stored for it.
    static final String NOT_SHOWN = "notShown";

    /// It looks where the name's owner has set no record yet.
    static final String RECORD_MISSING = "recordMissing";

    /// It is our turn to wait, for a budget's sake.
    static final String BUDGET = "budget";

    /// An authority's own: its terms have changed, or it wants something else of a person.
    static final String TERMS = "userActionRequired";

    static final String PREFIX = "urn:ietf:params:acme:error:";

    /// Strangers' servers fill it.
    private static final int LONGEST = 600;

    private static final int MOST = 20;

    private static final JsonMapper JSON = new JsonMapper();

    /// @param identifier a name
    public record About(String identifier, String type, String detail) {
        public About {
            type = bare(type);
            detail = cut(detail);
        }
    }

    public AcmeProblem {
        type = bare(type);
        detail = cut(detail);
        about = about.stream().limit(MOST).toList();
        page = page.filter(AcmeProblem::isPage);
    }

    AcmeProblem(
            String type,
            String detail,
            int status,
            Optional<Duration> retryAfter,
            List<About> about) {
        this(type, detail, status, retryAfter, about, Optional.empty());
    }

    private static boolean isPage(String url) {
        return url.length() <= LONGEST && url.matches("https?://[!-~]+");
    }

    static AcmeProblem of(String type, String detail) {
        return new AcmeProblem(type, detail, 0, Optional.empty(), List.of());
    }

    /// Reads a problem document, whatever is missing in it.
    static AcmeProblem of(JsonNode document, int status, Optional<Duration> retryAfter) {
        List<About> about = new ArrayList<>();
        for (JsonNode sub : document.path("subproblems")) {
            about.add(
                    new About(
                            sub.path("identifier").path("value").asText(""),
                            sub.path("type").asText("about:blank"),
                            sub.path("detail").asText("")));
        }
        return new AcmeProblem(
                document.path("type").asText("about:blank"),
                document.path("detail").asText(document.path("title").asText("")),
                status,
                retryAfter,
                about,
                Optional.of(document.path("instance").asText("")));
    }

    /// Who can change it.
    public Actor actor() {
        return switch (type) {
            case "caa",
                    "connection",
                    "dns",
                    "incorrectResponse",
                    "tls",
                    "unauthorized",
                    "rejectedIdentifier",
                    "unsupportedIdentifier",
                    RECORD_MISSING ->
                    Actor.NAME_OWNER;
            case "badCSR",
                    "badPublicKey",
                    "badSignatureAlgorithm",
                    "malformed",
                    "accountDoesNotExist",
                    "externalAccountRequired",
                    "invalidContact",
                    "unsupportedContact",
                    TERMS,
                    "invalidProfile",
                    "badRevocationReason",
                    "alreadyRevoked",
                    NO_CHALLENGE,
                    NOT_SHOWN,
                    ACCOUNT_NOT_READY ->
                    Actor.SERVER_OPERATOR;
            case BUDGET, "rateLimited" -> Actor.NOBODY;
            default -> Actor.ISSUER;
        };
    }

    /// The same words, and another's turn.
    AcmeProblem as(String other) {
        return new AcmeProblem(other, detail, status, retryAfter, about, page);
    }

    /// The same, to be waited for so long.
    AcmeProblem after(Duration pause) {
        return new AcmeProblem(type, detail, status, Optional.of(pause), about, page);
    }

    /// Whether it stays until the operator did something about it, or a request is taken all the same.
    public boolean stays() {
        return type.equals(TERMS);
    }

    /// Whether no authority has said it, but we: the operator has something to do first.
    public boolean ours() {
        return type.equals(ACCOUNT_NOT_READY);
    }

    /// Whether it is a decided refusal, so that what was asked for did certainly not happen.
    boolean refusal() {
        return status >= 400 && status < 500;
    }

    /// With whom it lies, in words.
    public String text() {
        StringBuilder text = new StringBuilder(detail.isEmpty() ? type : detail);
        if (text.charAt(text.length() - 1) != '.') {
            text.append('.');
        }
        for (About each : about) {
            text.append(' ').append(each.identifier()).append(": ").append(each.detail());
            if (!each.detail().endsWith(".")) {
                text.append('.');
            }
        }
        page.ifPresent(url -> text.append(" What to do is told at ").append(url).append(" ."));
        return text.append(" (").append(type).append(')').toString();
    }

    String json() {
        ObjectNode document = JSON.createObjectNode();
        document.put("type", type).put("detail", detail).put("status", status);
        page.ifPresent(url -> document.put("instance", url));
        for (About each : about) {
            document.withArray("/subproblems")
                    .addObject()
                    .put("type", each.type())
                    .put("detail", each.detail())
                    .withObject("/identifier")
                    .put("value", each.identifier());
        }
        return document.toString();
    }

    /// What [#json] begins with for problems of a type.
    static String beginning(String type) {
        String whole = of(type, "").json();
        return whole.substring(0, whole.indexOf(','));
    }

    static AcmeProblem parse(String json) {
        try {
            JsonNode document = JSON.readTree(json);
            return of(document, document.path("status").asInt(), Optional.empty());
        } catch (JsonProcessingException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String bare(String type) {
        String stripped = type.startsWith(PREFIX) ? type.substring(PREFIX.length()) : type;
        return stripped.length() <= 80 ? stripped : stripped.substring(0, 80);
    }

    private static String cut(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
    }
}
