package dev.nameplate.api.saas;

import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with a request, so that one answer tells all of it.
final class Problems {
    /// Enough to correct a generator of requests; 10,000 would only repeat themselves.
    private static final int LISTED = 100;

    private final List<BadRequest.Problem> listed = new ArrayList<>();
    private int count;

    void add(String field, String message) {
        count++;
        if (listed.size() < LISTED) {
            listed.add(new BadRequest.Problem(field, message));
        }
    }

    void addAll(BadRequest refused) {
        refused.problems().forEach(each -> add(each.field(), each.message()));
    }

    int count() {
        return count;
    }

    void throwIfAny() {
        if (count > 0) {
            throw new BadRequest(listed, count - listed.size());
        }
    }
}
