package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.util.List;

/// An order as it is stored, all but its key.
///
/// @param csr DER in base64url, as it is sent
/// @param version that was seen: whoever stores a change names it
record OrderRow(
        OrderId id,
        IssuerName issuer,
        AccountId account,
        List<Issuer.Name> names,
        String csr,
        int version,
        Progress progress) {
    OrderRow {
        names = List.copyOf(names);
    }

    OrderRow with(Progress next) {
        return new OrderRow(id, issuer, account, names, csr, version, next);
    }

    /// As it is once the change is stored.
    OrderRow stored() {
        return new OrderRow(id, issuer, account, names, csr, version + 1, progress);
    }

    List<DomainName> hosts() {
        return names.stream().map(Issuer.Name::name).toList();
    }

    /// What it is called where others keep something for it.
    String owner() {
        return "acme/" + id;
    }

    /// What the authority has of it, in a state in which it has something.
    Progress.Placed placed() {
        return progress.placed()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "order " + id + " is nowhere in " + progress.state()));
    }

    /// As the budgets know it.
    Pacing.Asking asking() {
        return new Pacing.Asking(issuer, id, account, hosts(), progress.replaces().isPresent());
    }
}
