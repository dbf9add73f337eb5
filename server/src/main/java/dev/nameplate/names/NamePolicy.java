package dev.nameplate.names;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Which well-formed names are certified here at all. A refused one makes the request a failed certificate, as at AWS; the
/// words for why are ACM's.
///
/// Private names (`.internal`, `.test`, a company's own top-level name) are certified unless `publicOnly`: their DNS is what
/// proves them, as with any other.
///
/// @param suffix our own zone: distribution names and validation targets are not for customers
/// @param blocked what the operator does not want certified, with everything below
/// @param publicOnly whether a name must lie below a top-level domain of the public DNS
public record NamePolicy(DomainName suffix, List<DomainSuffix> blocked, boolean publicOnly) {
    /// Amazon's own: services hand out names below them, and ACM refuses them too.
    private static final List<DomainSuffix> AMAZON =
            List.of(
                    new DomainSuffix("amazon.com"),
                    new DomainSuffix("amazonaws.com"),
                    new DomainSuffix("amazonaws.com.cn"),
                    new DomainSuffix("amazonlightsail.com"),
                    new DomainSuffix("acm-validations.aws"),
                    new DomainSuffix("api.aws"),
                    new DomainSuffix("on.aws"),
                    new DomainSuffix("amazontrust.com"),
                    new DomainSuffix("awsapprunner.com"),
                    new DomainSuffix("awsglobalaccelerator.com"),
                    new DomainSuffix("awstrust.com"),
                    new DomainSuffix("cloudfront.net"),
                    new DomainSuffix("elasticbeanstalk.com"));

    public NamePolicy {
        blocked = List.copyOf(blocked);
    }

    /// Nothing blocked, private names allowed.
    public static NamePolicy standard(DomainName suffix) {
        return new NamePolicy(suffix, List.of(), false);
    }

    public enum Reason {
        DOMAIN_NOT_ALLOWED,
        INVALID_PUBLIC_DOMAIN
    }

    /// @param message a sentence for whoever asked
    public record Refusal(DomainName name, Reason reason, String message) {}

    /// The first refusal among `names`, in their order.
    public Optional<Refusal> refusal(Collection<DomainName> names) {
        return names.stream().flatMap(name -> refusal(name).stream()).findFirst();
    }

    public Optional<Refusal> refusal(DomainName name) {
        String base = name.base().ascii();
        if (AMAZON.stream().anyMatch(zone -> zone.holds(name))) {
            return refuse(name, Reason.DOMAIN_NOT_ALLOWED, "it belongs to Amazon");
        }
        if (name.isWithin(suffix)) {
            return refuse(
                    name,
                    Reason.DOMAIN_NOT_ALLOWED,
                    "names in " + suffix + " belong to this installation");
        }
        Optional<DomainSuffix> blocking =
                blocked.stream().filter(zone -> zone.holds(name)).findFirst();
        if (blocking.isPresent()) {
            return refuse(
                    name,
                    Reason.DOMAIN_NOT_ALLOWED,
                    "this installation's settings block " + blocking.get());
        }
        if (PublicSuffixes.isSuffix(base)
                || (name.isWildcard() && PublicSuffixes.holdsSuffixes(base))) {
            return refuse(
                    name,
                    Reason.INVALID_PUBLIC_DOMAIN,
                    "below " + base + " anyone can register names, for it is a public suffix");
        }
        if (publicOnly && !PublicSuffixes.isPublic(base)) {
            return refuse(
                    name,
                    Reason.INVALID_PUBLIC_DOMAIN,
                    "it has no top-level domain of the public DNS, and this installation's settings"
                            + " ask for one");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuse(DomainName name, Reason reason, String why) {
        return Optional.of(
                new Refusal(
                        name, reason, "The name " + name + " cannot be certified: " + why + "."));
    }
}
