package dev.nameplate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// What a [FaultCa] answers to each request, as RFC 8555 has it. Its caller holds the lock.
final class FaultCaProtocol {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ERROR = "urn:ietf:params:acme:error:";

    final FaultCaAuthority authority;
    final FaultCaOrders orders;
    final Map<String, Account> accounts = new HashMap<>();
    final List<X509Certificate> issued = new ArrayList<>();
    final List<String> revoked = new ArrayList<>();
    final TreeSet<String> profiles = new TreeSet<>();

    /// By JSON pointer: what its directory has there instead.
    final Map<String, String> lists = new HashMap<>();

    Optional<List<Instant>> window = Optional.empty();
    FaultCaIssuance issuance = FaultCaIssuance.RIGHT;
    private static final Duration LIFE = Duration.ofDays(90);
    int refusedNonces;
    int terms = 1;

    private final InstantSource clock;
    private final String base;
    private final Random chance = new Random(20_26);
    private final Set<String> nonces = new HashSet<>();
    private int lastNonce;

    /// @param terms which were agreed to
    record Account(PublicKey key, String thumbprint, JsonNode contact, boolean open, int terms) {}

    record Reply(int status, Map<String, List<String>> headers, byte[] body) {
        static Reply json(int status, JsonNode body) {
            return new Reply(
                    status,
                    Map.of("Content-Type", List.of("application/json")),
                    body.toString().getBytes(UTF_8));
        }

        Reply with(String header, String value) {
            Map<String, List<String>> all = new HashMap<>(headers);
            all.put(header, List.of(value));
            return new Reply(status, all, body);
        }
    }

    /// Ends a request with a problem.
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient FaultCaAnswer.Problem problem;

        Refusal(int status, String type, String detail) {
            super(detail);
            this.problem = FaultCaAnswer.problem(status, type, detail);
        }
    }

    FaultCaProtocol(InstantSource clock, String base) {
        this.clock = clock;
        this.base = base;
        this.authority = new FaultCaAuthority(clock.instant());
        this.orders = new FaultCaOrders(clock);
    }

    Reply obey(FaultCa.Step step, String[] parts, FaultCaJws request) {
        try {
            Reply reply =
                    switch (step) {
                        case DIRECTORY -> Reply.json(200, listing());
                        case NEW_NONCE -> new Reply(200, Map.of(), new byte[0]);
                        case RENEWAL_INFO -> renewalInfo();
                        case NEW_ACCOUNT -> newAccount(verified(request));
                        case REVOKE -> revoke(verified(request));
                        case KEY_CHANGE -> changeKey(account(request), request);
                        case ACCOUNT -> showAccount(account(request), request);
                        case ORDER_LIST -> listOrders(account(request));
                        case NEW_ORDER -> newOrder(account(request), request);
                        case ORDER -> order(account(request), Integer.parseInt(parts[1]));
                        case FINALIZE ->
                                finish(account(request), Integer.parseInt(parts[1]), request);
                        case AUTHORIZATION ->
                                authorization(
                                        account(request), Integer.parseInt(parts[1]), request);
                        case CHALLENGE ->
                                challenge(
                                        account(request),
                                        Integer.parseInt(parts[1]),
                                        parts[2],
                                        request);
                        case CERTIFICATE ->
                                certificate(account(request), Integer.parseInt(parts[1]));
                    };
            return reply.with("Replay-Nonce", nonce());
        } catch (Refusal refusal) {
            return reply(refusal.problem);
        }
    }

    private ObjectNode listing() {
        ObjectNode listing = JSON.createObjectNode();
        Map.of(
                        "newNonce", "nonce",
                        "newAccount", "account",
                        "newOrder", "order",
                        "revokeCert", "revoke",
                        "keyChange", "key-change",
                        "renewalInfo", "renewal-info")
                .forEach((name, path) -> listing.put(name, base + "/" + path));
        ObjectNode meta = listing.putObject("meta").put("termsOfService", termsNow());
        profiles.forEach(name -> meta.withObject("/profiles").put(name, "the profile " + name));
        lists.forEach((at, value) -> {
            JsonPointer pointer = JsonPointer.compile(at);
            listing.withObject(pointer.head()).put(pointer.last().getMatchingProperty(), value);
        });
        return listing;
    }

    private String termsNow() {
        return base + "/terms/" + terms;
    }

    private FaultCaJws verified(FaultCaJws request) {
        if (!nonces.remove(request.header().path("nonce").asText())
                || chance.nextInt(100) < refusedNonces) {
            throw new Refusal(400, "badNonce", "JWS has an invalid anti-replay nonce");
        }
        return request;
    }

    private Map.Entry<String, Account> account(FaultCaJws request) {
        verified(request);
        String id = request.header().path("kid").asText();
        Account account = accounts.get(id);
        if (account == null) {
            throw new Refusal(400, "accountDoesNotExist", "Account \"" + id + "\" not found");
        }
        if (!account.open() || !request.isSignedBy(account.key())) {
            throw new Refusal(403, "unauthorized", "the account may not sign this request");
        }
        return Map.entry(id, account);
    }

    private Reply newAccount(FaultCaJws request) {
        JsonNode jwk = request.header().path("jwk");
        String thumbprint = FaultCaJws.thumbprint(jwk);
        PublicKey key = FaultCaJws.key(jwk);
        if (!request.isSignedBy(key)) {
            throw new Refusal(403, "unauthorized", "the signature is wrong");
        }
        Optional<String> known =
                accounts.entrySet().stream()
                        .filter(each -> each.getValue().thumbprint().equals(thumbprint))
                        .map(Map.Entry::getKey)
                        .findFirst();
        JsonNode wanted = request.json();
        if (known.isEmpty() && wanted.path("onlyReturnExisting").asBoolean()) {
            throw new Refusal(400, "accountDoesNotExist", "no account has this key");
        }
        if (known.isEmpty() && !wanted.path("termsOfServiceAgreed").asBoolean()) {
            throw new Refusal(400, "malformed", "must agree to terms of service");
        }
        String id = known.orElseGet(() -> base + "/account/" + (accounts.size() + 1));
        accounts.computeIfAbsent(
                id, _ -> new Account(key, thumbprint, wanted.path("contact"), true, terms));
        return Reply.json(known.isPresent() ? 200 : 201, shown(id)).with("Location", id);
    }

    private JsonNode shown(String account) {
        Account found = Objects.requireNonNull(accounts.get(account));
        ObjectNode shown =
                JSON.createObjectNode().put("status", found.open() ? "valid" : "deactivated");
        shown.set("contact", found.contact());
        return shown.put("orders", account + "/orders");
    }

    private Reply showAccount(Map.Entry<String, Account> who, FaultCaJws request) {
        Account old = who.getValue();
        JsonNode wanted = request.json();
        accounts.put(
                who.getKey(),
                new Account(
                        old.key(),
                        old.thumbprint(),
                        wanted.has("contact") ? wanted.path("contact") : old.contact(),
                        !wanted.path("status").asText().equals("deactivated"),
                        wanted.path("termsOfServiceAgreed").asBoolean() ? terms : old.terms()));
        return Reply.json(200, shown(who.getKey()));
    }

    /// RFC 8555 section 7.1.2.1.
    private Reply listOrders(Map.Entry<String, Account> who) {
        ObjectNode shown = JSON.createObjectNode();
        ArrayNode urls = shown.putArray("orders");
        orders.all().stream()
                .filter(order -> order.asked.account().equals(who.getKey()))
                .forEach(order -> urls.add(base + "/order/" + order.id));
        return Reply.json(200, shown);
    }

    private Reply changeKey(Map.Entry<String, Account> who, FaultCaJws request) {
        try {
            FaultCaJws inner = FaultCaJws.parse(request.payload());
            JsonNode jwk = inner.header().path("jwk");
            PublicKey key = FaultCaJws.key(jwk);
            if (!inner.isSignedBy(key)) {
                throw new Refusal(403, "unauthorized", "the new key did not sign");
            }
            Account old = who.getValue();
            accounts.put(
                    who.getKey(),
                    new Account(key, FaultCaJws.thumbprint(jwk), old.contact(), true, old.terms()));
            return Reply.json(200, shown(who.getKey()));
        } catch (IOException malformed) {
            throw new Refusal(400, "malformed", "no inner JWS");
        }
    }

    private Reply newOrder(Map.Entry<String, Account> who, FaultCaJws request) {
        if (who.getValue().terms() < terms) {
            throw new Refusal(403, "userActionRequired", "Terms of service have changed");
        }
        JsonNode wanted = request.json();
        Optional<String> replaces =
                Optional.of(wanted.path("replaces").asText()).filter(text -> !text.isEmpty());
        if (orders.isReplaced(replaces)) {
            throw new Refusal(409, "alreadyReplaced", "the certificate was replaced before");
        }
        String profile = wanted.path("profile").asText();
        if (!profile.isEmpty() && !profiles.contains(profile)) {
            throw new Refusal(400, "invalidProfile", "there is no profile " + profile);
        }
        List<String> names =
                wanted.path("identifiers")
                        .valueStream()
                        .map(each -> each.path("value").asText())
                        .toList();
        FaultCaOrders.Order order =
                orders.make(new FaultCaOrders.Asked(names, who.getKey(), replaces));
        return Reply.json(201, order.show(base)).with("Location", base + "/order/" + order.id);
    }

    private Reply order(Map.Entry<String, Account> who, int id) {
        FaultCaOrders.Order order = own(who, id);
        ObjectNode shown = order.show(base);
        return paused(Reply.json(200, shown), shown.path("status").asText().equals("processing"));
    }

    private FaultCaOrders.Order own(Map.Entry<String, Account> who, int id) {
        FaultCaOrders.Order order = orders.order(id);
        if (!order.asked.account().equals(who.getKey())) {
            throw new Refusal(403, "unauthorized", "another account's order");
        }
        return order;
    }

    private Reply paused(Reply reply, boolean waits) {
        return waits && orders.pause.isPresent()
                ? reply.with("Retry-After", orders.pause.get())
                : reply;
    }

    private Reply finish(Map.Entry<String, Account> who, int id, FaultCaJws request) {
        FaultCaOrders.Order order = own(who, id);
        if (!order.status().equals("ready")) {
            throw new Refusal(
                    403, "orderNotReady", "Order's status (\"%s\")".formatted(order.status()));
        }
        try {
            JcaPKCS10CertificationRequest wanted =
                    new JcaPKCS10CertificationRequest(
                            FaultCaJws.decoded(request.json().path("csr").asText()));
            if (!FaultCaAuthority.names(wanted).equals(new TreeSet<>(order.asked.names()))) {
                throw new Refusal(400, "badCSR", "the request's names are not the order's");
            }
            order.finalized = true;
            order.error = orders.spoiled;
            if (order.error.isEmpty()) {
                order.chain =
                        authority.issue(
                                wanted, order.asked.names(), issuance, clock.instant(), LIFE);
                issued.add(order.chain.getFirst());
            }
            ObjectNode shown = order.show(base);
            return paused(
                            Reply.json(200, shown),
                            shown.path("status").asText().equals("processing"))
                    .with("Location", base + "/order/" + id);
        } catch (IOException malformed) {
            throw new Refusal(400, "badCSR", "no request");
        }
    }

    private Reply authorization(Map.Entry<String, Account> who, int id, FaultCaJws request) {
        FaultCaOrders.Authorization found = orders.authorization(id);
        if (!found.account.equals(who.getKey())) {
            throw new Refusal(403, "unauthorized", "another account's authorization");
        }
        if (request.json().path("status").asText().equals("deactivated")) {
            found.deactivated = true;
        }
        boolean waits = !found.tried.isEmpty() && found.status().equals("pending");
        ObjectNode shown = found.show(base);
        return paused(Reply.json(200, shown), waits);
    }

    private Reply challenge(
            Map.Entry<String, Account> who, int id, String type, FaultCaJws request) {
        FaultCaOrders.Authorization found = orders.authorization(id);
        boolean waits = false;
        if (request.payload().length > 0) {
            found.attempt(type, who.getValue().thumbprint());
        } else {
            waits = found.status().equals("pending");
            found.polls = Math.max(0, found.polls - 1);
        }
        return paused(Reply.json(200, found.challenge(type, base)), waits)
                .with("Link", "<" + base + "/authz/" + id + ">;rel=\"up\"");
    }

    private Reply certificate(Map.Entry<String, Account> who, int id) {
        FaultCaOrders.Order order = own(who, id);
        String pem = String.join("", order.chain.stream().map(FaultCaAuthority::pem).toList());
        String given =
                switch (issuance) {
                    case CUT_SHORT -> pem.substring(0, pem.length() / 3);
                    case EMPTY -> "";
                    case RIGHT,
                            OTHER_KEY,
                            OTHER_NAMES,
                            NAME_MISSING,
                            EXPIRED,
                            NO_INTERMEDIATE,
                            OTHER_INTERMEDIATE,
                            BAD_SIGNATURE ->
                            pem;
                };
        return new Reply(
                200,
                Map.of("Content-Type", List.of("application/pem-certificate-chain")),
                given.getBytes(UTF_8));
    }

    private Reply revoke(FaultCaJws request) {
        String serial =
                FaultCaAuthority.serial(
                        FaultCaJws.decoded(request.json().path("certificate").asText()));
        if (revoked.contains(serial)) {
            throw new Refusal(400, "alreadyRevoked", "revoked before");
        }
        revoked.add(serial);
        return new Reply(200, Map.of(), new byte[0]);
    }

    private Reply renewalInfo() {
        List<Instant> between =
                window.orElseGet(() -> {
                    Instant from = clock.instant().plus(LIFE.dividedBy(2));
                    return List.of(from, from.plus(LIFE.dividedBy(10)));
                });
        ObjectNode shown = JSON.createObjectNode();
        shown.putObject("suggestedWindow")
                .put("start", between.get(0).toString())
                .put("end", between.get(1).toString());
        return Reply.json(200, shown).with("Retry-After", "21600");
    }

    Reply reply(FaultCaAnswer.Problem problem) {
        ObjectNode body =
                JSON.createObjectNode()
                        .put("type", ERROR + problem.type())
                        .put("detail", problem.detail())
                        .put("status", problem.status());
        Map<String, List<String>> headers = new HashMap<>();
        if (problem.type().equals("userActionRequired")) {
            // RFC 8555 section 7.3.3.
            body.put("instance", base + "/agreement");
            headers.put("Link", List.of("<" + termsNow() + ">;rel=\"terms-of-service\""));
        }
        headers.put("Content-Type", List.of("application/problem+json"));
        headers.put("Replay-Nonce", List.of(nonce()));
        problem.retryAfter().ifPresent(value -> headers.put("Retry-After", List.of(value)));
        if (!problem.links().isEmpty()) {
            headers.put("Link", problem.links());
        }
        return new Reply(problem.status(), headers, body.toString().getBytes(UTF_8));
    }

    String nonce() {
        String made = "nonce-" + ++lastNonce;
        nonces.add(made);
        return made;
    }
}
