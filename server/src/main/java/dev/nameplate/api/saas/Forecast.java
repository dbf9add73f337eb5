package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;
import dev.nameplate.names.AccountId;
import dev.nameplate.saas.Pace;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.Uploads;

import java.util.Optional;

/// What a job would come to, if it were sent: what it makes, what is left of the quotas then, and how long it takes at the pace
/// of the account's last job of its kind.
final class Forecast {
    private final SaasJobs jobs;
    private final Allowance allowance;

    Forecast(SaasJobs jobs, Allowance allowance) {
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
}
