package dev.nameplate.api.saas;

import dev.nameplate.names.DomainName;

import java.util.Collection;
import java.util.Map;

/// What the DNS of names says against certifying them here, by name; asked of the DNS as it is now.
@FunctionalInterface
public interface DnsCheck {
    Map<DomainName, String> refused(Collection<DomainName> names);
}
