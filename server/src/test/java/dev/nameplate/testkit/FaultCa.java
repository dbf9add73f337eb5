package dev.nameplate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/// An ACME authority (RFC 8555, and RFC 9773 for renewals) that does wrong what a test tells it to do wrong: what Pebble cannot
/// be made to do. It lives by the test's clock, and writes down all that it is asked.
public final class FaultCa implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// What can be asked of it.
    public enum Step {
        DIRECTORY,
        NEW_NONCE,
        NEW_ACCOUNT,
        ACCOUNT,
        KEY_CHANGE,
        ORDER_LIST,
        NEW_ORDER,
        ORDER,
        FINALIZE,
        AUTHORIZATION,
        CHALLENGE,
        CERTIFICATE,
        REVOKE,
        RENEWAL_INFO
    }

    /// @param names of the order or the authorization; empty for what has none
    public record Asked(Step step, List<String> names, Instant at) {}

    private final InstantSource clock;
    private final HttpsServer server;
    private final TestCa tls;
    private final FaultCaProtocol protocol;
    private final FaultCaOrders orders;
    private final List<Asked> asked = new ArrayList<>();
    private final Map<Step, Deque<FaultCaAnswer>> next = new EnumMap<>(Step.class);
    private final Map<Step, FaultCaAnswer> always = new EnumMap<>(Step.class);

    private FaultCa(InstantSource clock, HttpsServer server, TestCa tls) {
        this.clock = clock;
        this.server = server;
        this.tls = tls;
        this.protocol = new FaultCaProtocol(clock, base());
        this.orders = protocol.orders;
    }

    public static FaultCa start(InstantSource clock) {
        try {
            TestCa tls = new TestCa(Instant.now());
            HttpsServer server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(
                    new HttpsConfigurator(TlsContexts.serving(tls.issue("localhost"))));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            FaultCa ca = new FaultCa(clock, server, tls);
            server.createContext("/", ca::handle);
            server.start();
            return ca;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public URI directory() {
        return URI.create(base() + "/directory");
    }

    private String base() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    /// Vouches for its TLS certificate.
    public TestCa tls() {
        return tls;
    }

    /// Vouches for what it issues.
    public X509Certificate root() {
        return protocol.authority.root();
    }

    /// Answers the next requests of that kind so, one after the other.
    public synchronized void next(Step step, FaultCaAnswer... answers) {
        next.computeIfAbsent(step, _ -> new ArrayDeque<>()).addAll(Arrays.asList(answers));
    }

    /// Answers every request of that kind so, until [#recover].
    public synchronized void always(Step step, FaultCaAnswer answer) {
        always.put(step, answer);
    }

    /// Answers every request so, until [#recover].
    public synchronized void outage(FaultCaAnswer answer) {
        Arrays.stream(Step.values()).forEach(step -> always.put(step, answer));
    }

    /// Does as it is asked again.
    public synchronized void recover() {
        next.clear();
        always.clear();
        orders.refusals.clear();
        orders.spoiled = Optional.empty();
        protocol.lists.clear();
        protocol.issuance = FaultCaIssuance.RIGHT;
        protocol.refusedNonces = 0;
    }

    /// Refuses so many of a hundred nonces that it gave out.
    public synchronized void refuseNonces(int percent) {
        protocol.refusedNonces = percent;
    }

    /// Has this in its directory, be it an address or garbage.
    ///
    /// @param member a JSON pointer
    public synchronized void lists(String member, String value) {
        protocol.lists.put(member, value);
    }

    /// Keeps orders, once finalized, in `processing` for so many answers, the finalization's own among them.
    public synchronized void processing(int looks, String retryAfter) {
        orders.processingPolls = looks;
        orders.pause = Optional.of(retryAfter);
    }

    /// Keeps authorizations, once tried, in `pending` for so many looks.
    public synchronized void validating(int looks, String retryAfter) {
        orders.pendingPolls = looks;
        orders.pause = Optional.of(retryAfter);
    }

    /// Ends every order as invalid once it is finalized.
    public synchronized void spoil(String type, String detail) {
        orders.spoiled = Optional.of(List.of(type, detail));
    }

    /// Finds the name not proven.
    public synchronized void refuse(String name, String type, String detail) {
        orders.refusals.put(name, List.of(type, detail));
    }

    /// Leaves what it does not see pending, and does not look again by itself.
    public synchronized void leavesPending() {
        orders.patient = true;
    }

    public synchronized void issues(FaultCaIssuance kind) {
        protocol.issuance = kind;
    }

    public synchronized void authorizationLife(Duration each) {
        orders.authorizationLife = each;
    }

    public synchronized void orderLife(Duration each) {
        orders.orderLife = each;
    }

    public synchronized void validateBy(FaultCaValidation validation) {
        orders.validation = validation;
    }

    /// Offers these kinds of challenges for new authorizations.
    public synchronized void offers(String... types) {
        orders.offered.clear();
        orders.offered.addAll(List.of(types));
    }

    /// Knows these profiles, and refuses others.
    public synchronized void profiles(String... names) {
        protocol.profiles.addAll(List.of(names));
    }

    /// Wants every certificate renewed then, by its renewal information.
    public synchronized void renewBetween(Instant start, Instant end) {
        protocol.window = Optional.of(List.of(start, end));
    }

    /// Has other terms of service from now on, and takes no order before they are agreed to.
    ///
    /// @return where they are
    public synchronized URI changeTerms() {
        protocol.terms++;
        return URI.create(base() + "/terms/" + protocol.terms);
    }

    /// What the accounts gave as contacts.
    public synchronized List<String> contacts() {
        return protocol.accounts.values().stream()
                .flatMap(account -> account.contact().valueStream())
                .map(JsonNode::asText)
                .toList();
    }

    /// Knows nobody any more.
    public synchronized void forgetAccounts() {
        protocol.accounts.clear();
    }

    public synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    public synchronized int requests() {
        return asked.size();
    }

    public synchronized int requests(Step step) {
        return (int) asked.stream().filter(each -> each.step() == step).count();
    }

    public synchronized int requests(Step step, String name) {
        return (int)
                asked.stream()
                        .filter(each -> each.step() == step && each.names().contains(name))
                        .count();
    }

    /// The names of each order it made.
    public synchronized List<List<String>> orders() {
        return orders.all().stream().map(order -> order.asked.names()).toList();
    }

    /// What the newest order named as replaced.
    public synchronized Optional<String> lastReplaced() {
        return orders.all().getLast().asked.replaces();
    }

    /// Each leaf as it was handed out.
    public synchronized List<X509Certificate> issued() {
        return List.copyOf(protocol.issued);
    }

    /// Serials in hexadecimal.
    public synchronized List<String> revoked() {
        return List.copyOf(protocol.revoked);
    }

    public synchronized int accounts() {
        return protocol.accounts.size();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Optional<Given> given;
        synchronized (this) {
            given = answer(exchange.getRequestURI().getPath(), body);
        }
        try (exchange) {
            if (given.isEmpty()) {
                return;
            }
            FaultCaProtocol.Reply reply = given.get().reply();
            reply.headers()
                    .forEach((name, values) -> exchange.getResponseHeaders().put(name, values));
            boolean bare = exchange.getRequestMethod().equals("HEAD");
            byte[] content = reply.body();
            exchange.sendResponseHeaders(
                    reply.status(), bare || content.length == 0 ? -1 : content.length);
            if (!bare) {
                exchange.getResponseBody()
                        .write(
                                content,
                                0,
                                given.get().whole() ? content.length : content.length / 2);
                exchange.getResponseBody().flush();
            }
        }
    }

    private record Given(FaultCaProtocol.Reply reply, boolean whole) {
        static Optional<Given> all(FaultCaProtocol.Reply reply) {
            return Optional.of(new Given(reply, true));
        }
    }

    /// Empty: the connection is to end.
    private Optional<Given> answer(String path, byte[] body) throws IOException {
        String[] parts = path.substring(1).split("/");
        Step step = step(parts);
        FaultCaJws request =
                body.length == 0
                        ? new FaultCaJws(JSON.createObjectNode(), body, body, body)
                        : FaultCaJws.parse(body);
        asked.add(new Asked(step, names(step, parts, request), clock.instant()));
        Optional<FaultCaAnswer> scripted = scripted(step);
        if (scripted.isPresent()) {
            return switch (scripted.get()) {
                case FaultCaAnswer.Cut(boolean done) -> {
                    if (done) {
                        protocol.obey(step, parts, request);
                    }
                    yield Optional.empty();
                }
                case FaultCaAnswer.Half() ->
                        Optional.of(protocol.obey(step, parts, request))
                                .filter(reply -> reply.body().length > 0)
                                .map(reply -> new Given(reply, false));
                case FaultCaAnswer.Redirect(int status, String location) ->
                        Given.all(
                                new FaultCaProtocol.Reply(
                                        status,
                                        Map.of(
                                                "Location",
                                                List.of(location),
                                                "Replay-Nonce",
                                                List.of(protocol.nonce())),
                                        new byte[0]));
                case FaultCaAnswer.Text(int status, String type, String text) ->
                        Given.all(
                                new FaultCaProtocol.Reply(
                                        status,
                                        Map.of(
                                                "Content-Type",
                                                List.of(type),
                                                "Replay-Nonce",
                                                List.of(protocol.nonce())),
                                        text.getBytes(UTF_8)));
                case FaultCaAnswer.Problem problem -> Given.all(protocol.reply(problem));
            };
        }
        return Given.all(protocol.obey(step, parts, request));
    }

    private Optional<FaultCaAnswer> scripted(Step step) {
        return Optional.ofNullable(next.get(step))
                .map(Deque::poll)
                .or(() -> Optional.ofNullable(always.get(step)));
    }

    private static Step step(String[] parts) {
        return switch (parts[0]) {
            case "directory" -> Step.DIRECTORY;
            case "nonce" -> Step.NEW_NONCE;
            case "account" ->
                    parts.length == 1
                            ? Step.NEW_ACCOUNT
                            : parts.length == 2 ? Step.ACCOUNT : Step.ORDER_LIST;
            case "key-change" -> Step.KEY_CHANGE;
            case "order" ->
                    parts.length == 1
                            ? Step.NEW_ORDER
                            : parts.length == 2 ? Step.ORDER : Step.FINALIZE;
            case "authz" -> Step.AUTHORIZATION;
            case "challenge" -> Step.CHALLENGE;
            case "certificate" -> Step.CERTIFICATE;
            case "revoke" -> Step.REVOKE;
            case "renewal-info" -> Step.RENEWAL_INFO;
            default -> throw new IllegalArgumentException("path " + String.join("/", parts));
        };
    }

    private List<String> names(Step step, String[] parts, FaultCaJws request) {
        return switch (step) {
            case NEW_ORDER ->
                    request.json()
                            .path("identifiers")
                            .valueStream()
                            .map(each -> each.path("value").asText())
                            .toList();
            case ORDER, FINALIZE, CERTIFICATE ->
                    orders.order(Integer.parseInt(parts[1])).asked.names();
            case AUTHORIZATION, CHALLENGE ->
                    List.of(orders.authorization(Integer.parseInt(parts[1])).name);
            case DIRECTORY,
                    NEW_NONCE,
                    NEW_ACCOUNT,
                    ACCOUNT,
                    KEY_CHANGE,
                    ORDER_LIST,
                    REVOKE,
                    RENEWAL_INFO ->
                    List.of();
        };
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
