package dev.nameplate.api.lightsail;

import dev.nameplate.db.Database;

import software.amazon.awssdk.services.lightsail.model.GetActiveNamesRequest;
import software.amazon.awssdk.services.lightsail.model.GetActiveNamesResponse;

import java.util.List;

/// The names that are taken in a Region, by whatever resource.
final class ActiveNames {
    private static final String LIST = "names";

    private final Database database;
    private final ResourceNames names;

    ActiveNames(Database database, ResourceNames names) {
        this.database = database;
        this.names = names;
    }

    GetActiveNamesResponse get(Call call, GetActiveNamesRequest request) {
        var start = PageToken.decode(LIST, request.pageToken(), PageToken.Position.OLDEST);
        List<NamedResource> found =
                database.read(handle -> names.list(handle, call, start, PageToken.PAGE + 1));
        PageToken.Page<NamedResource> page = PageToken.page(LIST, found, NamedResource::position);
        return GetActiveNamesResponse.builder()
                .activeNames(page.items().stream().map(NamedResource::name).toList())
                .nextPageToken(page.nextToken())
                .build();
    }
}
