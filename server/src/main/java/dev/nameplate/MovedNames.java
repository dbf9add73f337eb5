package dev.nameplate;

import dev.nameplate.api.cloudfront.ProvenMoves;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.domain.NameMoves;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.TenantRequest;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;

import java.util.List;
import java.util.Optional;

/// Moves names between the distributions of this server, for domains that are taken over.
record MovedNames(ProvenMoves moves, Certificates certificates) implements NameMoves {
    @Override
    public Optional<Loser> move(Write write, Entry taker, DomainName name) {
        AccountId account = taker.account();
        try {
            Optional<Distributions.Holder> loser =
                    taker.byTenant()
                            ? moves.move(
                                    write, account, TenantRequest.of(taker, List.of(name)), name)
                            : moves.move(
                                    write,
                                    account,
                                    taker.progress().distribution().orElseThrow().id(),
                                    name);
            loser.map(Distributions.Holder::account)
                    .filter(each -> !each.equals(account))
                    .ifPresent(each -> certificates.nameLost(write, each, name));
            return loser.map(holder -> new Loser(holder.account(), words(holder)));
        } catch (CloudFrontException e) {
            throw new NotMovable(
                    Optional.ofNullable(e.awsErrorDetails())
                            .map(AwsErrorDetails::errorMessage)
                            .orElseGet(() -> String.valueOf(e.getMessage())));
        }
    }

    private static String words(Distributions.Holder holder) {
        return holder.tenant().map(tenant -> "tenant " + tenant + " of ").orElse("")
                + "distribution "
                + holder.distribution();
    }
}
