package dev.nameplate;

import dev.nameplate.api.saas.DnsCheck;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.names.DomainName;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// What SSL for SaaS's name check asks the DNS: whether the name's CAA records can be had, and permit our issuer.
final class CaaCheck implements DnsCheck {
    private static final int AT_ONCE = 64;

    private final ProofLookup lookup;
    private final List<String> issuerNames;

    CaaCheck(ProofLookup lookup, List<String> issuerNames) {
        this.lookup = lookup;
        this.issuerNames = List.copyOf(issuerNames);
    }

    @Override
    public Map<DomainName, String> refused(Collection<DomainName> names) {
        Map<DomainName, String> refused = new ConcurrentHashMap<>();
        Function<DomainName, CaaVerdict> caa = lookup.caa(issuerNames);
        Semaphore permits = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (DomainName name : names) {
                permits.acquireUninterruptibly();
                threads.execute(() -> {
                    try {
                        reason(caa.apply(name)).ifPresent(reason -> refused.put(name, reason));
                    } finally {
                        permits.release();
                    }
                });
            }
        }
        return refused;
    }

    private Optional<String> reason(CaaVerdict verdict) {
        return switch (verdict) {
            case CaaVerdict.Allowed _ -> Optional.empty();
            case CaaVerdict.Forbidden(DomainName at, String records) ->
                    Optional.of(
                            "the CAA records at "
                                    + at
                                    + " ("
                                    + records
                                    + ") forbid the certificate; let them name "
                                    + String.join(" or ", issuerNames));
            case CaaVerdict.Unknown(String message) ->
                    Optional.of("its DNS gives no answer about CAA: " + message);
        };
    }
}
