package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import com.google.common.net.InternetDomainName;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.AssociateAliasRequest;
import software.amazon.awssdk.services.cloudfront.model.AssociateAliasResponse;
import software.amazon.awssdk.services.cloudfront.model.ConflictingAlias;
import software.amazon.awssdk.services.cloudfront.model.ConflictingAliasesList;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.ListConflictingAliasesRequest;
import software.amazon.awssdk.services.cloudfront.model.ListConflictingAliasesResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Aliases that stand elsewhere: who has them, and moving one here.
///
/// A move is proven by the name's owner: a TXT record `_<alias>` with the target's own name. Within an account any alias moves;
/// from another account only one of a disabled distribution, and not a domain's apex, as at AWS.
final class AliasFamily {
    private static final int MAX_PAGE = 100;
    private static final int MASKED = 7;

    private final Database database;
    private final Distributions distributions;
    private final OwnedDistributions owned;
    private final ViewerCertificates certificates;
    private final TextLookup dns;

    AliasFamily(
            Database database,
            Distributions distributions,
            OwnedDistributions owned,
            ViewerCertificates certificates,
            TextLookup dns) {
        this.database = database;
        this.distributions = distributions;
        this.owned = owned;
        this.certificates = certificates;
        this.dns = dns;
    }

    AssociateAliasResponse associate(AccountId account, AssociateAliasRequest request) {
        DomainName alias = alias(request.alias());
        String domainName =
                database.read(handle -> {
                    Distribution target =
                            owned.find(handle, account, request.targetDistributionId());
                    requireCovered(handle, target, alias);
                    return target.domainName();
                });
        require(
                dns.shows("_" + alias.ascii(), domainName),
                "Invalid or missing alias DNS TXT records: all authoritative servers must show the TXT record _"
                        + alias.ascii()
                        + " with the value "
                        + domainName
                        + ".");
        return database.write(write -> {
            Distribution target =
                    owned.find(write.handle(), account, request.targetDistributionId());
            requireCovered(write.handle(), target, alias);
            move(write, target, alias);
            return AssociateAliasResponse.builder().build();
        });
    }

    private void move(Write write, Distribution target, DomainName alias) {
        if (target.config().aliases().contains(alias)) {
            return;
        }
        List<DomainName> aliases = new ArrayList<>(target.config().aliases());
        aliases.add(alias);
        ViewerCertificates.requireNumber(aliases.size());
        distributions
                .holderOf(write.handle(), alias)
                .ifPresent(holder -> free(write, target.account(), holder, alias));
        try {
            change(write, target, aliases);
        } catch (Distributions.AliasTaken overlapping) {
            throw illegal(
                            "%s overlaps with a name of another account."
                                    .formatted(overlapping.alias()))
                    .get();
        }
    }

    private void free(
            Write write, AccountId account, Distributions.Holder holder, DomainName alias) {
        require(
                holder.tenant().isEmpty(),
                illegal(
                        alias
                                + " belongs to a distribution tenant; it is moved by UpdateDomainAssociation."));
        Distribution source =
                distributions
                        .find(write.handle(), holder.distribution())
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        holder.distribution() + " holds an alias and is gone"));
        require(
                source.kind() == Distribution.Kind.CLOUDFRONT,
                illegal(alias + " belongs to a distribution that CloudFront did not make."));
        if (!source.account().equals(account)) {
            require(
                    !source.config().enabled(),
                    illegal(
                            alias
                                    + " belongs to an enabled distribution of another account, which must disable it first."));
            require(
                    !isApex(alias),
                    illegal(alias + " is a domain's apex, which moves within an account only."));
        }
        change(
                write,
                source,
                source.config().aliases().stream().filter(one -> !one.equals(alias)).toList());
    }

    private void change(Write write, Distribution distribution, List<DomainName> aliases) {
        DistributionConfig config = AcceptedConfig.read(distribution.document());
        List<String> names = aliases.stream().map(DomainName::ascii).toList();
        DistributionConfig changed =
                config.copy(c -> c.aliases(all -> all.quantity(names.size()).items(names)));
        distributions.update(
                write,
                distribution,
                distribution.config().toBuilder().aliases(aliases).build(),
                ModelJson.write(changed));
    }

    ListConflictingAliasesResponse conflicts(
            AccountId account, ListConflictingAliasesRequest request) {
        DomainName alias = alias(request.alias());
        int size = Optional.ofNullable(request.maxItems()).orElse(MAX_PAGE);
        require(
                size >= 1 && size <= MAX_PAGE,
                "The parameter MaxItems must be between 1 and " + MAX_PAGE + ".");
        String after = Optional.ofNullable(request.marker()).orElse("");
        List<Distributions.Held> found =
                database.read(handle -> {
                    Distribution own = owned.find(handle, account, request.distributionId());
                    requireCovered(handle, own, alias);
                    return distributions.conflicting(handle, own.id(), alias, after, size + 1);
                });
        boolean more = found.size() > size;
        List<Distributions.Held> page = more ? found.subList(0, size) : found;
        ConflictingAliasesList.Builder list =
                ConflictingAliasesList.builder().maxItems(size).quantity(page.size());
        if (!page.isEmpty()) {
            list.items(page.stream().map(AliasFamily::view).toList());
        }
        if (more) {
            list.nextMarker(page.getLast().alias().ascii());
        }
        return ListConflictingAliasesResponse.builder()
                .conflictingAliasesList(list.build())
                .build();
    }

    /// Enough of the ids for an owner to know their own, too little for anybody else.
    private static ConflictingAlias view(Distributions.Held held) {
        return ConflictingAlias.builder()
                .alias(held.alias().ascii())
                .distributionId(masked(held.holder().distribution().value(), MASKED))
                .accountId(masked(held.holder().account().value(), MASKED - 1))
                .build();
    }

    private static String masked(String id, int hidden) {
        return "*".repeat(hidden) + id.substring(hidden);
    }

    private void requireCovered(Handle handle, Distribution distribution, DomainName alias) {
        boolean covered =
                distribution
                        .config()
                        .certificate()
                        .filter(id ->
                                certificates.authorizes(handle, distribution.account(), id, alias))
                        .isPresent();
        require(
                covered,
                "The parameter Alias is not valid: the distribution "
                        + distribution.id()
                        + " has no trusted certificate that covers "
                        + alias
                        + ".");
    }

    private static boolean isApex(DomainName alias) {
        String name = alias.base().ascii();
        return !alias.isWildcard()
                && InternetDomainName.isValid(name)
                && InternetDomainName.from(name).isTopDomainUnderRegistrySuffix();
    }

    private static DomainName alias(String text) {
        try {
            return new DomainName(text);
        } catch (DomainName.IllegalDomainName e) {
            throw invalidArgument("The parameter Alias is not valid: " + e.getMessage());
        }
    }

    private static Supplier<IllegalUpdateException> illegal(String why) {
        return () ->
                IllegalUpdateException.builder()
                        .message("The update contains modifications that are not allowed: " + why)
                        .build();
    }
}
