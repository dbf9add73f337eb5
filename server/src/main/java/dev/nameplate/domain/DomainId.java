package dev.nameplate.domain;

import java.util.UUID;
import java.util.random.RandomGenerator;

/// What a domain is called whose names may change hands.
public record DomainId(String value) {
    static DomainId random(RandomGenerator random) {
        return new DomainId(new UUID(random.nextLong(), random.nextLong()).toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
