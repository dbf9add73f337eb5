package dev.nameplate.api.acme;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.enrolment.Account;
import dev.nameplate.enrolment.Accounts;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.enrolment.EnrolledCertificates;
import dev.nameplate.enrolment.Nonces;
import dev.nameplate.enrolment.Orders;
import dev.nameplate.enrolment.Problem;
import dev.nameplate.enrolment.Refused;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// The directory, and all that it leads to. A GET is answered where RFC 8555 has one; everything else is a POST, which is
/// verified here before it reaches the calls: well-formed, sent to the URL that it names, by an account's key, with a nonce
/// that was never used.
public final class AcmeServer {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeServer.class);

    /// A certificate request with a hundred names is far below.
    public static final int MAX_BODY = 64 * 1024;

    private static final String NEW_NONCE = "new-nonce";
    private static final String NEW_ACCOUNT = "new-account";
    private static final String NEW_ORDER = "new-order";
    private static final String REVOKE = "revoke-cert";
    private static final String KEY_CHANGE = "key-change";
    private static final String RENEWAL_INFO = "renewal-info";

    private final AcmeSettings settings;
    private final Nonces nonces;
    private final Accounts accounts;
    private final AccountCalls accountCalls;
    private final OrderCalls orderCalls;
    private final RevocationCalls revocationCalls;
    private final RenewalInfo renewalInfo;

    public AcmeServer(
            AcmeSettings settings,
            Nonces nonces,
            Credentials credentials,
            Accounts accounts,
            Orders orders,
            EnrolledCertificates certificates) {
        this.settings = settings;
        this.nonces = nonces;
        this.accounts = accounts;
        this.accountCalls = new AccountCalls(settings, credentials, accounts, orders);
        this.renewalInfo = new RenewalInfo(certificates);
        this.orderCalls = new OrderCalls(orders, certificates, renewalInfo);
        this.revocationCalls = new RevocationCalls(certificates);
    }

    public static boolean accepts(HttpRequest request) {
        return request.rawPath().startsWith("/acme/");
    }

    public HttpResponse handle(HttpRequest request) {
        boolean post = request.method().equals("POST");
        Urls urls = Urls.of(request, settings);
        AcmeAnswer answer = answer(request, urls, post);
        if (post) {
            answer = answer.with("Replay-Nonce", nonces.fresh());
        }
        if (!request.rawPath().equals(Urls.DIRECTORY)) {
            answer = answer.link(urls.directory(), "index");
        }
        return new HttpResponse(
                answer.status(),
                cached(answer.headers()),
                request.method().equals("HEAD") ? new byte[0] : answer.body());
    }

    private AcmeAnswer answer(HttpRequest request, Urls urls, boolean post) {
        try {
            return post ? post(request, urls) : get(request, urls);
        } catch (AcmeProblem problem) {
            return problem.answer();
        } catch (Refused refused) {
            return AcmeProblem.of(refused).answer();
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), request.rawPath(), e);
            return AcmeProblem.of(
                            500,
                            Problem.Kind.SERVER_INTERNAL,
                            "the request could not be carried out; try again")
                    .with("Retry-After", "5")
                    .answer();
        }
    }

    private static Headers cached(Headers headers) {
        return headers.has("Cache-Control") ? headers : headers.with("Cache-Control", "no-store");
    }

    /// What is behind the root: a kind of thing, perhaps an id, perhaps more.
    private static String[] path(HttpRequest request) {
        String path = request.rawPath();
        if (!path.startsWith(Urls.ROOT + "/")) {
            throw AcmeProblem.notFound();
        }
        return path.substring(Urls.ROOT.length() + 1).split("/", -1);
    }

    private AcmeAnswer get(HttpRequest request, Urls urls) {
        String[] path = path(request);
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (reads && path.length == 1 && path[0].equals("directory")) {
            return AcmeAnswer.json(200, directory(urls)).with("Cache-Control", "max-age=300");
        }
        if (reads && path.length == 1 && path[0].equals(NEW_NONCE)) {
            return AcmeAnswer.empty(request.method().equals("HEAD") ? 200 : 204)
                    .with("Replay-Nonce", nonces.fresh());
        }
        if (reads && path.length == 2 && path[0].equals(RENEWAL_INFO)) {
            return renewalInfo.answer(path[1]);
        }
        throw AcmeProblem.of(
                        405,
                        Problem.Kind.MALFORMED,
                        "this resource is read by POST-as-GET, signed by the account")
                .with("Allow", "POST");
    }

    private ObjectNode directory(Urls urls) {
        ObjectNode json =
                AcmeJson.object()
                        .put("newNonce", urls.of(NEW_NONCE))
                        .put("newAccount", urls.of(NEW_ACCOUNT))
                        .put("newOrder", urls.of(NEW_ORDER))
                        .put("revokeCert", urls.of(REVOKE))
                        .put("keyChange", urls.of(KEY_CHANGE))
                        .put("renewalInfo", urls.of(RENEWAL_INFO));
        ObjectNode meta = json.putObject("meta");
        settings.termsOfService()
                .map(URI::toString)
                .ifPresent(to -> meta.put("termsOfService", to));
        settings.website().map(URI::toString).ifPresent(to -> meta.put("website", to));
        ArrayNode caa = meta.putArray("caaIdentities");
        settings.caaNames().forEach(caa::add);
        meta.put("externalAccountRequired", settings.bindingRequired());
        return json;
    }

    private AcmeAnswer post(HttpRequest request, Urls urls) {
        String[] path = path(request);
        SignedCall call = verified(request, urls, path);
        return switch (path.length) {
            case 1 ->
                    switch (path[0]) {
                        case NEW_ACCOUNT -> accountCalls.register(call);
                        case NEW_ORDER -> orderCalls.create(call);
                        case REVOKE -> revocationCalls.revoke(call);
                        case KEY_CHANGE -> accountCalls.changeKey(call);
                        case "directory" -> readByPost(call, () -> directory(urls));
                        default -> throw AcmeProblem.notFound();
                    };
            case 2 ->
                    switch (path[0]) {
                        case "account" -> accountCalls.account(call, path[1]);
                        case "order" -> orderCalls.order(call, path[1]);
                        case "authorization" -> orderCalls.authorization(call, path[1]);
                        case "challenge" -> orderCalls.challenge(call, path[1]);
                        case "certificate" -> orderCalls.certificate(call, path[1]);
                        default -> throw AcmeProblem.notFound();
                    };
            case 3 ->
                    switch (path[0] + "/" + path[2]) {
                        case "account/orders" -> accountCalls.orders(call, path[1]);
                        case "order/finalize" -> orderCalls.finish(call, path[1]);
                        default -> throw AcmeProblem.notFound();
                    };
            default -> throw AcmeProblem.notFound();
        };
    }

    private static AcmeAnswer readByPost(SignedCall call, Supplier<ObjectNode> body) {
        call.requirePostAsGet();
        return AcmeAnswer.json(200, body.get());
    }

    /// Cheap checks first; the nonce is used up last, because that is a write.
    private SignedCall verified(HttpRequest request, Urls urls, String[] path) {
        String type = request.headers().first("content-type").orElse("");
        if (!type.toLowerCase(Locale.ROOT)
                .split(";", 2)[0]
                .strip()
                .equals("application/jose+json")) {
            throw AcmeProblem.of(
                    415, Problem.Kind.MALFORMED, "the Content-Type must be application/jose+json");
        }
        if (request.body().length > MAX_BODY) {
            throw AcmeProblem.of(
                    413, Problem.Kind.MALFORMED, "a body has at most " + MAX_BODY + " bytes");
        }
        Jws jws = Jws.read(AcmeJson.parse(request.body(), "the body"), Jws.SIGNATURES);
        String nonce = jws.nonce().filter(nonces::isOurs).orElseThrow(AcmeServer::badNonce);
        jws.checkUrl(urls.own(request));
        Optional<ObjectNode> jwk = jws.jwk();
        Optional<String> kid = jws.kid();
        if (jwk.isPresent() == kid.isPresent()) {
            throw AcmeProblem.malformed("the protected header has exactly one of jwk and kid");
        }
        boolean bringsKey =
                path.length == 1 && (path[0].equals(NEW_ACCOUNT) || path[0].equals(REVOKE));
        boolean hasAccount = !(path.length == 1 && path[0].equals(NEW_ACCOUNT));
        if (jwk.isPresent() ? !bringsKey : !hasAccount) {
            throw AcmeProblem.malformed(
                    bringsKey
                            ? "a new account is asked for with the key as jwk"
                            : "this request is signed by an account: give its URL as kid");
        }
        Optional<Account> account = kid.map(url -> account(url, urls));
        AccountKey key =
                jwk.map(AccountKey::read)
                        .orElseGet(() -> AccountKey.stored(account.orElseThrow().jwk()));
        jws.verify(key);
        if (!nonces.use(nonce)) {
            throw badNonce();
        }
        return new SignedCall(request, urls, jws, key, account);
    }

    private static AcmeProblem badNonce() {
        return AcmeProblem.of(
                400,
                Problem.Kind.BAD_NONCE,
                "the nonce is none of ours, was used or has ended; try again with the one of this answer");
    }

    private Account account(String url, Urls urls) {
        String prefix = urls.account("");
        Account account =
                Optional.of(url)
                        .filter(text -> text.startsWith(prefix))
                        .flatMap(text -> accounts.find(text.substring(prefix.length())))
                        .orElseThrow(() ->
                                AcmeProblem.of(
                                        400,
                                        Problem.Kind.ACCOUNT_DOES_NOT_EXIST,
                                        "there is no account " + url));
        return switch (account.status()) {
            case VALID -> account;
            case DEACTIVATED -> throw AcmeProblem.unauthorized("the account is deactivated");
            case REVOKED ->
                    throw AcmeProblem.unauthorized(
                            "the credential that bound the account was taken away");
        };
    }
}
