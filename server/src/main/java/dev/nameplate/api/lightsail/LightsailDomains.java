package dev.nameplate.api.lightsail;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Zone;
import dev.nameplate.dns.ZoneEntry;
import dev.nameplate.dns.Zones;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.CreateDomainEntryRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDomainEntryResponse;
import software.amazon.awssdk.services.lightsail.model.CreateDomainRequest;
import software.amazon.awssdk.services.lightsail.model.CreateDomainResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainEntryRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainEntryResponse;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainRequest;
import software.amazon.awssdk.services.lightsail.model.DeleteDomainResponse;
import software.amazon.awssdk.services.lightsail.model.Domain;
import software.amazon.awssdk.services.lightsail.model.DomainEntry;
import software.amazon.awssdk.services.lightsail.model.GetDomainRequest;
import software.amazon.awssdk.services.lightsail.model.GetDomainResponse;
import software.amazon.awssdk.services.lightsail.model.GetDomainsRequest;
import software.amazon.awssdk.services.lightsail.model.GetDomainsResponse;
import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.UpdateDomainEntryRequest;
import software.amazon.awssdk.services.lightsail.model.UpdateDomainEntryResponse;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Lightsail's DNS zone operations.
final class LightsailDomains {
    private static final String LIST = "domains";

    private final Database database;
    private final Zones zones;
    private final ResourceNames names;
    private final LightsailTags tags;
    private final OperationLog operations;
    private final int maxDomains;

    LightsailDomains(
            Database database,
            Zones zones,
            ResourceNames names,
            LightsailTags tags,
            OperationLog operations,
            int maxDomains) {
        this.database = database;
        this.zones = zones;
        this.names = names;
        this.tags = tags;
        this.operations = operations;
        this.maxDomains = maxDomains;
    }

    CreateDomainResponse create(Call call, CreateDomainRequest request) {
        call.requireHomeOf("Domain");
        DomainName name = CertifiedName.parse("domainName", request.domainName());
        Map<String, String> tagged = LightsailTags.checked(request.tags());
        return database.write(write -> {
            names.requireFree(write.handle(), call, name.ascii());
            requireRoom(write.handle(), call);
            Zone zone = createZone(write, call, name);
            var resource =
                    new NamedResource(
                            call.account(),
                            call.region(),
                            name.ascii(),
                            ResourceType.DOMAIN,
                            zone.id(),
                            name.ascii(),
                            zone.createdAt());
            names.take(write, resource);
            tags.put(write, resource, tagged);
            return CreateDomainResponse.builder()
                    .operation(done(write, call, "CreateDomain", resource))
                    .build();
        });
    }

    private void requireRoom(Handle handle, Call call) {
        if (zones.count(handle, call.account()) >= maxDomains) {
            throw Refusal.invalid(
                    "Sorry, you've reached your maximum limit of Lightsail Domains : "
                            + maxDomains
                            + ". The setting lightsail.maxDomains of this server is the limit.");
        }
    }

    private Zone createZone(Write write, Call call, DomainName name) {
        try {
            return zones.create(write, call.account(), name);
        } catch (Zones.ZoneExists _) {
            throw Refusal.invalid("The domain '" + name + "' is already hosted by this server.");
        }
    }

    GetDomainResponse get(Call call, GetDomainRequest request) {
        call.requireHomeOf("Domain");
        return database.read(handle ->
                GetDomainResponse.builder()
                        .domain(view(handle, require(handle, call, request.domainName())))
                        .build());
    }

    GetDomainsResponse list(Call call, GetDomainsRequest request) {
        call.requireHomeOf("Domain");
        var start = PageToken.decode(LIST, request.pageToken(), PageToken.Position.OLDEST);
        return database.read(handle -> {
            List<NamedResource> found =
                    names.list(handle, call, ResourceType.DOMAIN, start, PageToken.PAGE + 1);
            var page = PageToken.page(LIST, found, NamedResource::position);
            return GetDomainsResponse.builder()
                    .domains(page.items().stream().map(resource -> view(handle, resource)).toList())
                    .nextPageToken(page.nextToken())
                    .build();
        });
    }

    DeleteDomainResponse delete(Call call, DeleteDomainRequest request) {
        call.requireHomeOf("Domain");
        return database.write(write -> {
            NamedResource resource = require(write.handle(), call, request.domainName());
            zones.delete(write, zone(write.handle(), resource));
            tags.removeAll(write, resource);
            names.free(write, resource);
            return DeleteDomainResponse.builder()
                    .operation(done(write, call, "DeleteDomain", resource))
                    .build();
        });
    }

    CreateDomainEntryResponse createEntry(Call call, CreateDomainEntryRequest request) {
        Operation added =
                change(
                        call,
                        "CreateDomainEntry",
                        request.domainName(),
                        Entry.of(request.domainEntry()),
                        (write, zone, e) ->
                                zones.add(write, zone, e.name(), e.type(), e.target(), e.alias()));
        return CreateDomainEntryResponse.builder().operation(added).build();
    }

    UpdateDomainEntryResponse updateEntry(Call call, UpdateDomainEntryRequest request) {
        Operation updated =
                change(
                        call,
                        "UpdateDomainEntry",
                        request.domainName(),
                        Entry.of(request.domainEntry()),
                        (write, zone, e) ->
                                zones.update(
                                        write,
                                        zone,
                                        idOf(write.handle(), zone, e),
                                        e.name(),
                                        e.type(),
                                        e.target(),
                                        e.alias()));
        return UpdateDomainEntryResponse.builder().operations(updated).build();
    }

    DeleteDomainEntryResponse deleteEntry(Call call, DeleteDomainEntryRequest request) {
        Operation deleted =
                change(
                        call,
                        "DeleteDomainEntry",
                        request.domainName(),
                        Entry.of(request.domainEntry()),
                        (write, zone, e) ->
                                zones.remove(
                                        write, zone, e.name(), e.type(), e.target(), e.alias()));
        return DeleteDomainEntryResponse.builder().operation(deleted).build();
    }

    @FunctionalInterface
    private interface ZoneChange {
        void apply(Write write, Zone zone, Entry entry);
    }

    private Operation change(
            Call call, String type, String domainName, Entry entry, ZoneChange change) {
        call.requireHomeOf("Domain");
        return database.write(write -> {
            NamedResource resource = require(write.handle(), call, domainName);
            try {
                change.apply(write, zone(write.handle(), resource), entry);
            } catch (Zones.InvalidEntry | Zones.EntryExists e) {
                throw Refusal.invalid(e.getMessage());
            } catch (Zones.NoSuchEntry e) {
                throw Refusal.notFound(e.getMessage());
            }
            return done(write, call, type, resource);
        });
    }

    private Operation done(Write write, Call call, String type, NamedResource resource) {
        return operations.succeeded(write, call, type, ResourceType.DOMAIN, resource.name(), "");
    }

    /// The id of GetDomain names the entry to change; without one, name and type must leave no doubt.
    private String idOf(Handle handle, Zone zone, Entry entry) {
        if (!entry.id().isEmpty()) {
            return entry.id();
        }
        List<ZoneEntry> candidates =
                zones.entries(handle, zone).stream()
                        .filter(known ->
                                known.name().equalsIgnoreCase(entry.name())
                                        && known.type().equalsIgnoreCase(entry.type()))
                        .toList();
        if (candidates.size() != 1) {
            throw Refusal.invalid(
                    "There are "
                            + candidates.size()
                            + " "
                            + entry.type()
                            + " records named "
                            + entry.name()
                            + ". Give the id, as GetDomain shows it, of the one to update.");
        }
        return candidates.getFirst().id();
    }

    private NamedResource require(Handle handle, Call call, String domainName) {
        DomainName name = CertifiedName.parse("domainName", domainName);
        return names.require(handle, call, ResourceType.DOMAIN, name.ascii());
    }

    private Zone zone(Handle handle, NamedResource resource) {
        Supplier<IllegalStateException> gone =
                () -> new IllegalStateException("the zone of " + resource.arn() + " is gone");
        return zones.find(handle, resource.account(), new DomainName(resource.target()))
                .orElseThrow(gone);
    }

    private Domain view(Handle handle, NamedResource resource) {
        Zone zone = zone(handle, resource);
        return Domain.builder()
                .name(resource.name())
                .arn(resource.arn().toString())
                .supportCode(SupportCode.of(zone))
                .createdAt(resource.createdAt())
                .location(at -> at.availabilityZone("all").regionName(resource.arn().location()))
                .resourceType(ResourceType.DOMAIN)
                .tags(tags.of(handle, resource))
                .domainEntries(
                        zones.entries(handle, zone).stream().map(LightsailDomains::view).toList())
                .build();
    }

    private static DomainEntry view(ZoneEntry entry) {
        return DomainEntry.builder()
                .id(entry.id())
                .name(entry.name())
                .type(entry.type())
                .target(entry.target())
                .isAlias(entry.alias())
                .build();
    }

    /// An entry of a request, with the model's optional members settled.
    private record Entry(String id, String name, String type, String target, boolean alias) {
        static Entry of(DomainEntry given) {
            return new Entry(
                    given.id() == null ? "" : given.id(),
                    required("name", given.name()),
                    required("type", given.type()),
                    required("target", given.target()),
                    Boolean.TRUE.equals(given.isAlias()));
        }

        private static String required(String member, @Nullable String value) {
            if (value == null || value.isBlank()) {
                throw Refusal.invalid("The domainEntry needs a " + member + ".");
            }
            return value;
        }
    }
}
