package dev.nameplate.enrolment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// What is wrong, in the words of RFC 8555 section 6.7.
public record Problem(Kind kind, String detail, List<Sub> subproblems) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// What strangers' servers answer ends up in these.
    private static final int LONGEST = 1000;

    public Problem {
        detail = cut(detail);
        subproblems = List.copyOf(subproblems);
    }

    public Problem(Kind kind, String detail) {
        this(kind, detail, List.of());
    }

    /// What is wrong with one of several names.
    public record Sub(Kind kind, String detail, String name) {
        public Sub {
            detail = cut(detail);
        }
    }

    public enum Kind {
        ACCOUNT_DOES_NOT_EXIST("accountDoesNotExist"),
        ALREADY_REPLACED("alreadyReplaced"),
        ALREADY_REVOKED("alreadyRevoked"),
        BAD_CSR("badCSR"),
        BAD_NONCE("badNonce"),
        BAD_PUBLIC_KEY("badPublicKey"),
        BAD_REVOCATION_REASON("badRevocationReason"),
        BAD_SIGNATURE_ALGORITHM("badSignatureAlgorithm"),
        CAA("caa"),
        CONNECTION("connection"),
        DNS("dns"),
        EXTERNAL_ACCOUNT_REQUIRED("externalAccountRequired"),
        INCORRECT_RESPONSE("incorrectResponse"),
        INVALID_CONTACT("invalidContact"),
        MALFORMED("malformed"),
        ORDER_NOT_READY("orderNotReady"),
        RATE_LIMITED("rateLimited"),
        REJECTED_IDENTIFIER("rejectedIdentifier"),
        SERVER_INTERNAL("serverInternal"),
        TLS("tls"),
        UNAUTHORIZED("unauthorized"),
        UNSUPPORTED_CONTACT("unsupportedContact"),
        UNSUPPORTED_IDENTIFIER("unsupportedIdentifier"),
        USER_ACTION_REQUIRED("userActionRequired");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String urn() {
            return "urn:ietf:params:acme:error:" + word;
        }
    }

    /// As it is stored.
    String text() {
        ObjectNode json = JSON.createObjectNode().put("kind", kind.name()).put("detail", detail);
        ArrayNode subs = json.putArray("subproblems");
        subproblems.forEach(sub ->
                subs.addObject()
                        .put("kind", sub.kind().name())
                        .put("detail", sub.detail())
                        .put("name", sub.name()));
        return json.toString();
    }

    static Problem stored(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            List<Sub> subs = new ArrayList<>();
            for (JsonNode sub : json.path("subproblems")) {
                subs.add(
                        new Sub(
                                Kind.valueOf(sub.path("kind").asText()),
                                sub.path("detail").asText(),
                                sub.path("name").asText()));
            }
            return new Problem(
                    Kind.valueOf(json.path("kind").asText()), json.path("detail").asText(), subs);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a stored problem is not JSON", e);
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
