package dev.nameplate.saas;

import dev.nameplate.names.RandomUuid;

import java.util.random.RandomGenerator;

/// A job's id as the API shows it: a lower-case UUID.
public record JobId(String value) {

    static JobId random(RandomGenerator random) {
        return new JobId(RandomUuid.from(random).toString());
    }

    @Override
    public String toString() {
        return value;
    }
}
