package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.CertificateSource;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Pace;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.Uploads;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a job would come to, if it were sent: what it makes, what is left of the quotas then, and how long it takes at the pace
/// of the account's last job of its kind and under the limits of the issuer that is to sign.
final class Forecast {
    private static final int MOST_HELD = 100;

    private final SaasJobs jobs;
    private final Allowance allowance;

    private final IssuerTurns issuers;

    Forecast(SaasJobs jobs, Allowance allowance, IssuerTurns issuers) {
        this.issuers = issuers;
        this.jobs = jobs;
        this.allowance = allowance;
    }

    ObjectNode of(AccountId account, Uploads.Kind kind, int entries, Quota.Wanted wanted) {
        ObjectNode forecast =
                Json.object()
                        .put("certificates", wanted.requested() + wanted.imported())
                        .put("distributions", wanted.distributions());
        ArrayNode quotas = forecast.putArray("quotas");
        for (Allowance.Left left : allowance.left(account, kind)) {
            int wants = wanted.requested() + wanted.imported();
            quotas.addObject()
                    .put("kind", left.kind())
                    .put("left", left.left())
                    .put("wanted", wants)
                    .put("enough", wants <= left.left());
        }
        Optional<Pace> pace = jobs.pace(account, kind);
        pace.ifPresent(measured -> {
            forecast.put("seconds", Math.ceil(entries / measured.perSecond()));
            forecast.putObject("pace")
                    .put("perSecond", measured.perSecond())
                    .put("job", measured.job().value())
                    .put("entries", measured.entries());
        });
        return forecast;
    }

    /// A certificate that an entry comes to.
    ///
    /// @param place of the entry
    private record Wish(int place, List<DomainName> names) {}

    /// What is asked of the same issuer: spares after all others, since they are got when those are in use.
    private record Asked(List<Wish> first, List<Wish> spares) {
        Asked() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        List<Wish> all() {
            return Stream.concat(first.stream(), spares.stream()).toList();
        }
    }

    /// Which entries would have to wait for a limit of their first issuer or of their spare's, until when, and when the last one
    /// would be ordered; one for each issuer that has limits.
    List<ObjectNode> waiting(Uploads.Kind kind, List<JobRequest.Entry> entries) {
        Map<Optional<String>, Asked> byIssuer = new LinkedHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            JobRequest.Entry entry = entries.get(i);
            switch (entry.source()) {
                case CertificateSource.Request() -> {
                    Wish wish = new Wish(i, entry.names());
                    Optional<String> first = issuers.asked(entry.issuers().stream().findFirst());
                    byIssuer.computeIfAbsent(first, _ -> new Asked()).first().add(wish);
                    Optional<String> spare = issuers.spareOf(first);
                    if (spare.isPresent()) {
                        byIssuer.computeIfAbsent(spare, _ -> new Asked()).spares().add(wish);
                    }
                }
                case CertificateSource.SharedWith _, CertificateSource.Pem _ -> {}
            }
        }
        List<ObjectNode> all = new ArrayList<>();
        byIssuer.forEach((issuer, asked) ->
                issuers.of(kind, issuer, asked.all().stream().map(Wish::names).toList())
                        .ifPresent(expected -> all.add(shown(expected, asked))));
        return all;
    }

    private static ObjectNode shown(IssuerTurns.Expected expected, Asked asked) {
        List<Wish> wishes = asked.all();
        ObjectNode json = Json.object().put("issuer", expected.issuer());
        int waiting = 0;
        Instant last = Instant.MIN;
        ArrayNode held = Json.object().putArray("entries");
        for (int i = 0; i < expected.turns().size(); i++) {
            IssuerTurns.Turn turn = expected.turns().get(i);
            last = turn.at().isAfter(last) ? turn.at() : last;
            if (turn.heldBy().isEmpty()) {
                continue;
            }
            waiting++;
            if (held.size() < MOST_HELD) {
                held.addObject()
                        .put("entry", wishes.get(i).place())
                        .put("name", wishes.get(i).names().getFirst().ascii())
                        .put("spare", i >= asked.first().size())
                        .put("notBefore", turn.at().toString())
                        .put("heldBy", turn.heldBy().get());
            }
        }
        json.put("waiting", waiting)
                .put("spares", asked.spares().size())
                .put("lastOrderAt", last.toString());
        json.set("held", held);
        return json;
    }
}
