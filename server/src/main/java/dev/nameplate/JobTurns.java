package dev.nameplate;

import dev.nameplate.api.saas.IssuerTurns;
import dev.nameplate.certificate.IssuanceForecast.Wanted;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.config.Settings;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Uploads;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// When the issuers of the settings could be asked for the certificates of a job, by their rate limits.
record JobTurns(Settings settings, Database database, InstantSource clock) implements IssuerTurns {
    @Override
    public Optional<String> asked(Optional<String> named) {
        return named.or(() -> settings.issuers().saas().stream().findFirst());
    }

    /// The first that is another one: a spare is not from whom the first certificate is from.
    @Override
    public Optional<String> spareOf(Optional<String> asked) {
        return asked.flatMap(first ->
                settings.issuers().spare().stream()
                        .filter(each -> !each.equals(first))
                        .findFirst());
    }

    @Override
    public Optional<Expected> of(
            Uploads.Kind kind, Optional<String> named, List<List<DomainName>> names) {
        if (kind.platform() != Platform.Name.LOCAL) {
            return Optional.empty();
        }
        IssuerName issuer = new IssuerName(asked(named).orElseThrow());
        IssuerBudgets budgets = IssuerLimits.budgets(settings, clock);
        Instant now = clock.instant();
        List<Wanted> wanted =
                names.stream().map(each -> new Wanted(each, false, now, now)).toList();
        return database.read(handle ->
                budgets.limits(handle, issuer, false)
                        ? Optional.of(
                                new Expected(
                                        issuer.text(),
                                        budgets.turns(handle, issuer, wanted).stream()
                                                .map(turn -> new Turn(turn.at(), turn.heldBy()))
                                                .toList()))
                        : Optional.empty());
    }
}
