package dev.nameplate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The orders of a [FaultCa], their authorizations and challenges. Its caller holds the lock.
final class FaultCaOrders {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final InstantSource clock;
    private final List<Order> orders = new ArrayList<>();
    private final List<Authorization> authorizations = new ArrayList<>();
    private final Set<String> replaced = new HashSet<>();

    /// By name: why it is not proven, as type and text.
    final Map<String, List<String>> refusals = new HashMap<>();

    final List<String> offered = new ArrayList<>(List.of("dns-01", "http-01", "tls-alpn-01"));
    Duration authorizationLife = Duration.ofDays(7);
    Duration orderLife = Duration.ofDays(7);

    /// What it did not see, it leaves pending, and looks when it is told to again.
    boolean patient;

    int pendingPolls;
    int processingPolls;
    Optional<String> pause = Optional.empty();
    FaultCaValidation validation = FaultCaValidation.always();

    /// Set: what every order ends with after it was finalized.
    Optional<List<String>> spoiled = Optional.empty();

    FaultCaOrders(InstantSource clock) {
        this.clock = clock;
    }

    /// @param names as asked for, wildcards with `*.`
    record Asked(List<String> names, String account, Optional<String> replaces) {}

    final class Order {
        final int id;
        final Asked asked;
        final Instant expires = now().plus(orderLife);
        final List<Authorization> needs;
        int polls = processingPolls;
        List<X509Certificate> chain = List.of();

        /// Set when it was finalized: whether and how it ended wrongly.
        Optional<List<String>> error = Optional.empty();

        boolean finalized;

        Order(int id, Asked asked, List<Authorization> needs) {
            this.id = id;
            this.asked = asked;
            this.needs = needs;
        }

        String status() {
            if (finalized) {
                return polls > 0 ? "processing" : error.isPresent() ? "invalid" : "valid";
            }
            if (!now().isBefore(expires)) {
                return "invalid";
            }
            List<String> states = needs.stream().map(Authorization::status).toList();
            if (states.stream().allMatch("valid"::equals)) {
                return "ready";
            }
            return states.stream().allMatch(each -> each.equals("valid") || each.equals("pending"))
                    ? "pending"
                    : "invalid";
        }

        /// What a client sees of it, which brings it nearer to its end.
        ObjectNode show(String base) {
            ObjectNode shown = JSON.createObjectNode().put("status", status());
            if (finalized && polls > 0) {
                polls--;
            }
            shown.put("expires", expires.toString());
            ArrayNode identifiers = shown.putArray("identifiers");
            asked.names()
                    .forEach(name -> identifiers.addObject().put("type", "dns").put("value", name));
            ArrayNode urls = shown.putArray("authorizations");
            needs.forEach(each -> urls.add(base + "/authz/" + each.id));
            shown.put("finalize", base + "/order/" + id + "/finalize");
            asked.replaces().ifPresent(value -> shown.put("replaces", value));
            if (shown.path("status").asText().equals("valid")) {
                shown.put("certificate", base + "/certificate/" + id);
            }
            error.filter(_ -> shown.path("status").asText().equals("invalid"))
                    .ifPresent(why -> shown.set("error", problem(why)));
            return shown;
        }
    }

    final class Authorization {
        final int id;
        final String account;

        /// Without `*.`
        final String name;

        final boolean wildcard;
        final Instant expires = now().plus(authorizationLife);
        final Map<String, String> tokens = new LinkedHashMap<>();
        int polls = pendingPolls;
        String tried = "";
        boolean deactivated;
        Optional<List<String>> error = Optional.empty();

        Authorization(int id, String account, String name) {
            this.id = id;
            this.account = account;
            this.wildcard = name.startsWith("*.");
            this.name = wildcard ? name.substring(2) : name;
            offered.stream()
                    .filter(type -> !wildcard || type.startsWith("dns-"))
                    .forEach(type -> tokens.put(type, "token-" + id + "-" + type));
        }

        String status() {
            if (deactivated) {
                return "deactivated";
            }
            if (!tried.isEmpty() && polls == 0 && error.isPresent()) {
                return patient ? "pending" : "invalid";
            }
            if (!now().isBefore(expires)) {
                return "expired";
            }
            return tried.isEmpty() || polls > 0 ? "pending" : "valid";
        }

        ObjectNode show(String base) {
            ObjectNode shown = JSON.createObjectNode().put("status", status());
            shown.put("expires", expires.toString());
            shown.putObject("identifier").put("type", "dns").put("value", name);
            if (wildcard) {
                shown.put("wildcard", true);
            }
            ArrayNode challenges = shown.putArray("challenges");
            tokens.keySet().forEach(type -> challenges.add(challenge(type, base)));
            if (!tried.isEmpty() && polls > 0) {
                polls--;
            }
            return shown;
        }

        ObjectNode challenge(String type, String base) {
            ObjectNode shown = JSON.createObjectNode().put("type", type);
            shown.put("url", base + "/challenge/" + id + "/" + type);
            if (type.equals("dns-persist-01")) {
                shown.putArray("issuer-domain-names").add(FaultCaValidation.ISSUER);
            } else {
                shown.put("token", tokens.get(type));
            }
            String status = status();
            if (!type.equals(tried)) {
                shown.put("status", "pending");
            } else if (patient && polls == 0 && error.isPresent()) {
                shown.put("status", "pending").set("error", problem(error.get()));
            } else if (status.equals("pending")) {
                shown.put("status", "processing");
            } else {
                shown.put("status", status.equals("valid") ? "valid" : "invalid");
                error.ifPresent(why -> shown.set("error", problem(why)));
                if (status.equals("valid")) {
                    shown.put("validated", now().toString());
                }
            }
            return shown;
        }

        /// The client says that the challenge is ready.
        void attempt(String type, String thumbprint) {
            if (!tried.isEmpty() || !status().equals("pending")) {
                return;
            }
            tried = type;
            String token = Objects.requireNonNull(tokens.get(type));
            error =
                    Optional.ofNullable(refusals.get(name))
                            .or(() ->
                                    validation
                                            .failure(
                                                    new FaultCaValidation.Asked(
                                                            type,
                                                            name,
                                                            wildcard,
                                                            account,
                                                            token,
                                                            token + "." + thumbprint))
                                            .map(text -> List.of("unauthorized", text)));
        }
    }

    Order make(Asked asked) {
        asked.replaces().ifPresent(replaced::add);
        List<Authorization> needs = new ArrayList<>();
        for (String name : asked.names()) {
            Authorization made = new Authorization(authorizations.size(), asked.account(), name);
            authorizations.add(made);
            needs.add(made);
        }
        Order order = new Order(orders.size(), asked, needs);
        orders.add(order);
        return order;
    }

    /// Whether a certificate has been replaced by an order already.
    boolean isReplaced(Optional<String> certificate) {
        return certificate.filter(replaced::contains).isPresent();
    }

    Order order(int id) {
        return orders.get(id);
    }

    Authorization authorization(int id) {
        return authorizations.get(id);
    }

    List<Order> all() {
        return List.copyOf(orders);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static JsonNode problem(List<String> why) {
        return JSON.createObjectNode()
                .put("type", "urn:ietf:params:acme:error:" + why.get(0))
                .put("detail", why.get(1))
                .put("status", 403);
    }
}
