package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.tenant.Tenants;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Moves an alias whose owner's consent the caller has proven, also from an enabled distribution of another account, and a domain's
/// apex: what AWS leaves to its support staff. The rules of who may have which alias are those of every update.
public final class ProvenMoves {
    private final Distributions distributions;
    private final OwnedDistributions owned;
    private final DistributionFamily family;
    private final Tenants tenants;

    ProvenMoves(
            Distributions distributions,
            OwnedDistributions owned,
            DistributionFamily family,
            Tenants tenants) {
        this.distributions = distributions;
        this.owned = owned;
        this.family = family;
        this.tenants = tenants;
    }

    /// @param target of the account, with a certificate that covers the alias
    /// @return who had it; empty if nobody had, or the target itself
    /// @throws software.amazon.awssdk.services.cloudfront.model.CloudFrontException if it cannot be moved
    public Optional<Distributions.Holder> move(
            Write write, AccountId account, String target, DomainName alias) {
        Distribution taker = owned.find(write.handle(), account, target);
        if (taker.config().aliases().contains(alias)) {
            return Optional.empty();
        }
        Optional<Distributions.Holder> holder = distributions.holderOf(write.handle(), alias);
        holder.ifPresent(each -> giveUp(write, each, alias));
        DistributionConfig config = AcceptedConfig.read(taker.document());
        List<String> aliases = new ArrayList<>(config.aliases().items());
        aliases.add(alias.ascii());
        family.accept(
                write,
                taker,
                AcceptedConfig.of(
                        config.copy(c ->
                                c.aliases(all -> all.quantity(aliases.size()).items(aliases)))));
        return holder;
    }

    private void giveUp(Write write, Distributions.Holder holder, DomainName alias) {
        if (holder.tenant().isPresent()) {
            tenants.find(write.handle(), holder.account(), holder.tenant().get())
                    .ifPresent(tenant -> tenants.giveUp(write, tenant, alias));
            return;
        }
        Distribution source =
                distributions
                        .find(write.handle(), holder.distribution())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        holder.distribution() + " holds an alias and is gone"));
        require(source.kind() == Distribution.Kind.CLOUDFRONT, otherService(alias));
        List<DomainName> left =
                source.config().aliases().stream().filter(one -> !one.equals(alias)).toList();
        List<String> names = left.stream().map(DomainName::ascii).toList();
        DistributionConfig config =
                AcceptedConfig.read(source.document())
                        .copy(c -> c.aliases(all -> all.quantity(names.size()).items(names)));
        if (left.isEmpty()) {
            // What is not in use is not renewed: the loser stops claiming the name.
            config =
                    config.copy(c ->
                            c.viewerCertificate(
                                    viewer -> viewer.cloudFrontDefaultCertificate(true)));
        }
        // Not judged anew: the loser's configuration is none of the winner's affair.
        distributions.update(
                write,
                source,
                left.isEmpty()
                        ? source.config().toBuilder()
                                .aliases(left)
                                .certificate(Optional.empty())
                                .build()
                        : source.config().toBuilder().aliases(left).build(),
                ModelJson.write(ConfigDefaults.filled(config)));
    }

    private static Supplier<IllegalUpdateException> otherService(DomainName alias) {
        return () ->
                IllegalUpdateException.builder()
                        .message(
                                alias
                                        + " belongs to a distribution that CloudFront did not make; take it off there.")
                        .build();
    }
}
