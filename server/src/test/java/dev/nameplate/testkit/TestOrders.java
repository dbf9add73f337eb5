package dev.nameplate.testkit;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.security.KeyPair;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// Orders of no stored certificate.
public final class TestOrders {
    private TestOrders() {}

    public static Issuer.Order order(KeyPair keys, String... names) {
        return new Issuer.Order(
                OrderId.main(new CertificateId(UUID.randomUUID())),
                new AccountId("123456789012"),
                Stream.of(names)
                        .map(name ->
                                new Issuer.Name(
                                        new DomainName(name),
                                        "_a.b.proof.nameplate.internal.",
                                        Issuer.Way.DNS))
                        .toList(),
                keys,
                Optional.empty());
    }
}
