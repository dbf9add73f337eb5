package dev.nameplate.api.versions;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Snapshots;
import dev.nameplate.names.AccountId;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The paths, with or without the original's stage in front (`/prod/snapshot/…`), behind the key of SSL for SaaS. Where the
/// documentation and the original differ on a call's method, both are taken.
public final class VersionsApi {
    /// Parameters are in the query. Bodies are let in, and not looked at.
    public static final int MAX_BODY = 64 * 1024;

    private static final String STAGE = "/prod";
    private static final String LINK = "/versions/config_link/";
    private static final Set<String> READ = Set.of("GET", "POST");
    private static final Set<String> WRITE = Set.of("POST");

    private final Function<String, Optional<AccountId>> accountOfApiKey;
    private final Map<String, Route> routes;

    private record Route(Set<String> methods, Function<Call, HttpResponse> handler) {}

    /// @param tls whether the port speaks TLS, as links to it must say
    public VersionsApi(
            Function<String, Optional<AccountId>> accountOfApiKey,
            Database database,
            ConfigVersions versions,
            Snapshots snapshots,
            boolean tls) {
        this.accountOfApiKey = accountOfApiKey;
        Archive archive = new Archive(database, versions, snapshots);
        Links links = new Links(tls);
        Transfers transfers = new Transfers(archive);
        SnapshotCalls named = new SnapshotCalls(archive, links, transfers);
        VersionCalls numbered = new VersionCalls(archive, links, transfers);
        this.routes =
                Map.ofEntries(
                        Map.entry("/snapshot/create_snapshot", new Route(WRITE, named::create)),
                        Map.entry("/snapshot/delete_snapshot", new Route(WRITE, named::delete)),
                        Map.entry("/snapshot/list_snapshots", new Route(READ, named::list)),
                        Map.entry(
                                "/snapshot/diff_cloudfront_snapshot", new Route(READ, named::diff)),
                        Map.entry("/snapshot/get_snapshot_link", new Route(READ, named::link)),
                        Map.entry("/snapshot/apply_snapshot", new Route(WRITE, named::apply)),
                        Map.entry(
                                "/snapshot/config_snapshot_tag_update",
                                new Route(WRITE, named::annotate)),
                        Map.entry(
                                "/snapshot/get_applied_snapshot_name",
                                new Route(READ, named::lastApplied)),
                        Map.entry(
                                "/snapshot/get_distribution_cname",
                                new Route(READ, named::aliases)),
                        Map.entry("/version/list_versions", new Route(READ, numbered::list)),
                        Map.entry(
                                "/cf_config_manager/version/diff", new Route(READ, numbered::diff)),
                        // The original applies on GET, too.
                        Map.entry("/version/apply_config", new Route(READ, numbered::apply)),
                        Map.entry(
                                "/version/config_tag_update", new Route(WRITE, numbered::annotate)),
                        Map.entry(LINK, new Route(READ, numbered::link)),
                        Map.entry(Links.CONTENT, new Route(READ, numbered::content)),
                        Map.entry("/cf_list", new Route(READ, numbered::distributions)));
    }

    /// Whether the request is for this API.
    public static boolean accepts(HttpRequest request) {
        String path = path(request);
        return path.equals("/cf_list")
                || path.startsWith("/snapshot/")
                || path.startsWith("/version/")
                || path.startsWith("/versions/")
                || path.startsWith("/cf_config_manager/");
    }

    public HttpResponse handle(HttpRequest request) {
        Optional<AccountId> account = request.headers().first("x-api-key").flatMap(accountOfApiKey);
        if (account.isEmpty()) {
            return Shapes.message(403, "Forbidden");
        }
        String path = path(request);
        String route =
                path.startsWith("/versions/") ? path.substring(0, path.lastIndexOf('/') + 1) : path;
        return Optional.ofNullable(routes.get(route))
                .filter(found -> found.methods().contains(request.method()))
                .map(found -> answer(found, request, account.get(), path.substring(route.length())))
                .orElseGet(Shapes::unknown);
    }

    private static HttpResponse answer(
            Route route, HttpRequest request, AccountId account, String segment) {
        try {
            return route.handler().apply(Call.of(request, account, segment));
        } catch (BadCall refused) {
            return Shapes.refused(refused);
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
}
