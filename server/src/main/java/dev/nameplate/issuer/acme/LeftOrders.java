package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// Orders that an account has at the authority and that no row of ours knows: made right before a process was killed. The list is read
/// once for all who look. Authorities may offer none (RFC 8555 section 7.1.2.1); then nothing is found here.
final class LeftOrders {
    /// Pages of the list, whatever its length.
    private static final int PAGES = 20;

    /// Orders looked at, the last ones of the list: an authority lists them as they came.
    private static final int LOOKS = 300;

    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Set<String>, List<Left>> unknown = new HashMap<>();
    private boolean read;

    LeftOrders(Database database) {
        this.database = database;
    }

    record Left(String url, JsonNode body) {}

    /// One for these names, for good: nobody else gets it.
    ///
    /// @throws CallFailed if the list cannot be had now
    Optional<Left> take(AcmeClient client, Credentials account, List<DomainName> names) {
        lock.lock();
        try {
            if (!read) {
                unknown.clear();
                read(client, account);
                read = true;
            }
            List<Left> found = unknown.getOrDefault(set(names), List.of());
            return found.isEmpty() ? Optional.empty() : Optional.of(found.removeLast());
        } finally {
            lock.unlock();
        }
    }

    private void read(AcmeClient client, Credentials account) {
        List<String> all = client.orders(account, PAGES);
        for (String url : all.subList(Math.max(0, all.size() - LOOKS), all.size())) {
            if (database.read(handle -> OrderRows.known(handle, url))) {
                continue;
            }
            JsonNode order = client.get(account, url).body();
            String status = order.path("status").asText();
            if (status.equals("pending") || status.equals("ready")) {
                Set<String> names = new TreeSet<>();
                order.path("identifiers").forEach(each -> names.add(each.path("value").asText()));
                unknown.computeIfAbsent(names, _ -> new ArrayList<>()).add(new Left(url, order));
            }
        }
    }

    private static Set<String> set(List<DomainName> names) {
        return names.stream().map(DomainName::ascii).collect(Collectors.toCollection(TreeSet::new));
    }
}
