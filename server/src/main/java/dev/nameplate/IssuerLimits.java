package dev.nameplate;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.config.Settings;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.issuer.ratelimit.RateLimits;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// The rate limits of the settings' issuers.
final class IssuerLimits {
    private IssuerLimits() {}

    static IssuerBudgets budgets(Settings settings, InstantSource clock) {
        Map<IssuerName, RateLimits> limits = new HashMap<>();
        for (Settings.AcmeIssuer issuer : settings.issuers().acme()) {
            try {
                limits.put(
                        new IssuerName(issuer.name()),
                        RateLimits.preset(issuer.preset().word()).with(issuer.limits()));
            } catch (IllegalArgumentException e) {
                throw new Server.CannotStart("issuers." + issuer.name() + "." + e.getMessage(), e);
            }
        }
        return new IssuerBudgets(limits, clock);
    }
}
