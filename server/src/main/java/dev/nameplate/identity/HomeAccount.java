package dev.nameplate.identity;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;

import java.util.Optional;
import java.util.random.RandomGenerator;

/// The one account of this installation: configured, or made at first start, and from then on the same for every node and
/// every restart.
public final class HomeAccount {
    private HomeAccount() {}

    /// @throws OtherAccount if the store belongs to another account than the configured one
    public static AccountId establish(
            Database database, Optional<AccountId> configured, RandomGenerator random) {
        String proposal =
                configured
                        .map(AccountId::value)
                        .orElseGet(() ->
                                Long.toString(
                                        random.nextLong(1L, 10L) * 100_000_000_000L
                                                + random.nextLong(100_000_000_000L)));
        String stored =
                database.write(write -> {
                    write.handle()
                            .createUpdate(
                                    "INSERT INTO home_account (one, account) VALUES (1, :account)"
                                            + " ON CONFLICT (one) DO NOTHING")
                            .bind("account", proposal)
                            .execute();
                    return write.handle()
                            .createQuery("SELECT account FROM home_account")
                            .mapTo(String.class)
                            .one();
                });
        if (configured.isPresent() && !configured.get().value().equals(stored)) {
            throw new OtherAccount(stored, configured.get());
        }
        return new AccountId(stored);
    }

    public static final class OtherAccount extends RuntimeException {
        OtherAccount(String stored, AccountId configured) {
            super(
                    "the store belongs to account %s, not to the configured %s; use another data folder or drop the setting"
                            .formatted(stored, configured));
        }
    }
}
