package dev.nameplate.api.acm;

import dev.nameplate.certificate.ExpiryEvents;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.ExpiryEventsConfiguration;
import software.amazon.awssdk.services.acm.model.GetAccountConfigurationResponse;
import software.amazon.awssdk.services.acm.model.PutAccountConfigurationRequest;
import software.amazon.awssdk.services.acm.model.PutAccountConfigurationResponse;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// What an account chose in a Region: from how many days before its end a certificate's expiry is told.
final class AccountConfiguration {
    /// EventBridge is told of nothing earlier.
    private static final int MAX_DAYS = 90;

    private final Database database;
    private final InstantSource clock;

    AccountConfiguration(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    GetAccountConfigurationResponse get(Call call) {
        int days =
                database.read(
                        handle -> ExpiryEvents.daysBefore(handle, call.account(), call.region()));
        return GetAccountConfigurationResponse.builder()
                .expiryEvents(events -> events.daysBeforeExpiry(days))
                .build();
    }

    PutAccountConfigurationResponse put(Call call, PutAccountConfigurationRequest request) {
        @Nullable ExpiryEventsConfiguration events = request.expiryEvents();
        Optional<Integer> days =
                Optional.ofNullable(events).map(ExpiryEventsConfiguration::daysBeforeExpiry);
        if (days.filter(given -> given > MAX_DAYS).isPresent()) {
            throw Refusal.validation(
                    "DaysBeforeExpiry can be 1 to " + MAX_DAYS + ", not " + days.get() + ".");
        }
        String token = request.idempotencyToken();
        Instant now = clock.instant();
        database.write(write -> {
            Optional<Used> before = used(write, call, token, now);
            if (before.isEmpty()) {
                days.ifPresent(
                        given -> ExpiryEvents.choose(write, call.account(), call.region(), given));
                remember(write, call, token, days, now);
            } else if (!before.get().days().equals(days)) {
                throw Refusal.conflict(
                        "The idempotency token '"
                                + token
                                + "' was used within the last hour with another configuration.");
            }
            return before.isEmpty();
        });
        return PutAccountConfigurationResponse.builder().build();
    }

    private record Used(Optional<Integer> days) {}

    private static Optional<Used> used(Write write, Call call, String token, Instant now) {
        return write.handle()
                .createQuery(
                        """
                        SELECT days_before FROM acm_configuration_token
                        WHERE account = :account AND region = :region AND token = :token AND used_at > :oldest
                        """)
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("token", token)
                .bind("oldest", now.minus(RequestTokens.REMEMBERED).toEpochMilli())
                .map((rs, _) -> {
                    int days = rs.getInt(1);
                    return new Used(rs.wasNull() ? Optional.empty() : Optional.of(days));
                })
                .findOne();
    }

    private static void remember(
            Write write, Call call, String token, Optional<Integer> days, Instant now) {
        write.handle()
                .createUpdate("DELETE FROM acm_configuration_token WHERE used_at <= :oldest")
                .bind("oldest", now.minus(RequestTokens.REMEMBERED).toEpochMilli())
                .execute();
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO acm_configuration_token (account, region, token, days_before, used_at)
                        VALUES (:account, :region, :token, :days, :now)
                        """)
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("token", token)
                .bindByType("days", days.orElse(null), Integer.class)
                .bind("now", now.toEpochMilli())
                .execute();
    }
}
