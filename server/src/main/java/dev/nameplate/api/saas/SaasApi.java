package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.saas.AccountCertificates;
import dev.nameplate.saas.Job;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import software.amazon.awssdk.core.exception.SdkException;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The REST API under `/ssl_for_saas`, with or without the original's stage in front (`/prod/ssl_for_saas`).
///
/// What the original's framework answers is kept: a result with a `statusCode` of its own inside an HTTP 200. Bad input,
/// which the original answers with 502 and a half-made job, is an HTTP 400 that names every field.
public final class SaasApi {
    private static final String ROOT = "/ssl_for_saas";
    private static final String STAGE = "/prod";

    private final Function<String, Optional<AccountId>> accountOfApiKey;
    private final SaasJobs jobs;
    private final AccountCertificates certificates;
    private final JobReader reader;
    private final Limits limits;

    /// @param maxEntries of a job
    /// @param maxBody bytes of a request
    public record Limits(int maxEntries, int maxBody) {
        /// 10,000 imports of a certificate, a key and a chain are some 60 MB.
        public static final Limits DEFAULT = new Limits(10_000, 96 * 1024 * 1024);
    }

    public SaasApi(
            Function<String, Optional<AccountId>> accountOfApiKey,
            SaasJobs jobs,
            AccountCertificates certificates,
            JobChecks checks,
            Limits limits) {
        this.accountOfApiKey = accountOfApiKey;
        this.jobs = jobs;
        this.certificates = certificates;
        this.reader = new JobReader(checks);
        this.limits = limits;
    }

    /// Whether the request is for this API.
    public static boolean accepts(HttpRequest request) {
        String path = path(request);
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    public HttpResponse handle(HttpRequest request) {
        Optional<AccountId> account = request.headers().first("x-api-key").flatMap(accountOfApiKey);
        if (account.isEmpty()) {
            return message(403, "Forbidden");
        }
        try {
            return route(request, account.get());
        } catch (SdkException e) {
            return message(
                    503, "The certificates and distributions cannot be reached now. Try again.");
        }
    }

    private HttpResponse route(HttpRequest request, AccountId account) {
        return switch (request.method() + " " + path(request)) {
            case "POST " + ROOT -> create(account, request.body());
            case "GET " + ROOT + "/cert_list" -> certificateList(account);
            case "GET " + ROOT + "/list_ssl_jobs" -> jobList(account);
            case "GET " + ROOT + "/get_ssl_job" ->
                    withJobId(request, id -> job(account, id, wantsDetails(request)));
            case "GET " + ROOT + "/list_ssl_certification_with_jobId" ->
                    withJobId(request, id -> arns(account, id, Job::certificateArns));
            case "GET " + ROOT + "/list_cloudfront_arn_with_jobId" ->
                    withJobId(request, id -> arns(account, id, Job::distributionArns));
            default ->
                    json(
                            404,
                            LenientJson.object()
                                    .put("statusCode", 404)
                                    .put("message", "Not found"));
        };
    }

    private HttpResponse create(AccountId account, byte[] body) {
        if (body.length > limits.maxBody()) {
            return message(
                    413,
                    "Request Too Long: a job's body has at most " + limits.maxBody() + " bytes");
        }
        try {
            JobId id = jobs.create(account, reader.read(account, body));
            return json(200, inner(200, id.value()));
        } catch (BadRequest e) {
            ObjectNode answer = inner(400, e.summary());
            ArrayNode errors = answer.putArray("errors");
            e.problems()
                    .forEach(problem ->
                            errors.addObject()
                                    .put("field", problem.field())
                                    .put("message", problem.message()));
            return json(400, answer);
        }
    }

    private HttpResponse certificateList(AccountId account) {
        ArrayNode list = array();
        certificates.details(account).forEach(each -> list.add(CertificateView.of(each)));
        return json(200, list);
    }

    /// One page of API Gateway's size: the newest jobs, at least one.
    private HttpResponse jobList(AccountId account) {
        final int page = 10 * 1024 * 1024;
        ArrayNode list = array();
        int size = 0;
        for (JobId id : jobs.list(account)) {
            Optional<ObjectNode> view = jobs.find(account, id).map(JobView::of);
            if (view.isPresent()) {
                size += LenientJson.bytes(view.get()).length;
                if (size > page && !list.isEmpty()) {
                    break;
                }
                list.add(view.get());
            }
        }
        return json(200, list);
    }

    private HttpResponse job(AccountId account, String id, boolean details) {
        if (id.isEmpty()) {
            return json(200, inner(400, "error: get_ssl_job need none empty parameter jobId"));
        }
        JsonNode answer =
                jobs.find(account, new JobId(id))
                        .map(found -> details ? JobView.detailed(found) : JobView.of(found))
                        .orElseGet(() -> inner(500, "Can not found job info with id:" + id));
        return json(200, answer);
    }

    private HttpResponse arns(AccountId account, String id, Function<Job, List<String>> arns) {
        ArrayNode list = array();
        jobs.find(account, new JobId(id)).map(arns).orElse(List.of()).forEach(list::add);
        return json(200, list);
    }

    private static HttpResponse withJobId(
            HttpRequest request, Function<String, HttpResponse> answer) {
        return query(request, "jobId")
                .map(String::strip)
                .map(answer)
                .orElseGet(() -> message(400, "Missing required request parameters: [jobId]"));
    }

    /// An addition of ours: `details=true` shows each entry.
    private static boolean wantsDetails(HttpRequest request) {
        return query(request, "details").filter("true"::equals).isPresent();
    }

    private static Optional<String> query(HttpRequest request, String name) {
        for (String pair : request.rawQuery().split("&")) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key).equals(name)) {
                return Optional.of(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text; // A stray percent sign stands for itself.
        }
    }

    private static String path(HttpRequest request) {
        String path = request.rawPath();
        if (path.startsWith(STAGE + "/")) {
            path = path.substring(STAGE.length());
        }
        return path.length() > 1 && path.endsWith("/")
                ? path.substring(0, path.length() - 1)
                : path;
    }

    private static ObjectNode inner(int statusCode, String body) {
        return LenientJson.object().put("statusCode", statusCode).put("body", body);
    }

    private static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    private static HttpResponse message(int status, String text) {
        return json(status, LenientJson.object().put("message", text));
    }

    private static HttpResponse json(int status, JsonNode body) {
        return new HttpResponse(
                status, Headers.of("Content-Type", "application/json"), LenientJson.bytes(body));
    }
}
