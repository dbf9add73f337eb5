package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.db.Database;
import dev.nameplate.dns.Zones;
import dev.nameplate.names.Region;

import java.util.List;

/// How much of each quota an account has used.
public final class QuotaRoutes {
    private final Database database;
    private final Certificates certificates;
    private final Zones zones;
    private final int maxZones;

    public QuotaRoutes(Database database, Certificates certificates, Zones zones, int maxZones) {
        this.database = database;
        this.certificates = certificates;
        this.zones = zones;
        this.maxZones = maxZones;
    }

    public List<Route> all() {
        return List.of(Route.get("/v1/quotas", this::quotas, "region"));
    }

    private record Used(List<Quotas.Usage> certificates, int zones) {}

    private Answer quotas(Call call) {
        Region region = region(call);
        Used used =
                database.read(handle ->
                        new Used(
                                certificates.quotas().usage(handle, call.account(), region),
                                zones.count(handle, call.account())));
        ObjectNode answer = Json.object().put("region", region.name());
        ArrayNode list = answer.putArray("quotas");
        for (Quotas.Usage usage : used.certificates()) {
            ObjectNode each =
                    add(
                            list,
                            usage.kind().name(),
                            usage.kind().meaning(),
                            usage.used(),
                            usage.limit());
            usage.freesAt().ifPresent(at -> each.put("oldestSlotFreesAt", at.toString()));
        }
        add(list, "DNS_ZONES", "DNS zones, in all Regions together", used.zones(), maxZones);
        return Answer.ok(answer);
    }

    private static ObjectNode add(
            ArrayNode list, String kind, String meaning, long used, long limit) {
        return list.addObject()
                .put("kind", kind)
                .put("meaning", meaning)
                .put("used", used)
                .put("limit", limit);
    }

    private static Region region(Call call) {
        try {
            return call.query("region").map(Region::new).orElse(Region.US_EAST_1);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("region: " + e.getMessage());
        }
    }
}
