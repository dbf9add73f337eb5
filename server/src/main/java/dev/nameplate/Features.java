package dev.nameplate;

import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.config.Settings;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.issuer.acme.OrderForgetting;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.issuer.ca.revocation.OcspResponder;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.tag.Tags;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenants;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The features over one store, before anything listens or works.
record Features(
        ChangeFeed feed,
        Tags tags,
        Zones zones,
        Challenges challenges,
        Certificates certificates,
        Distributions distributions,
        Tenants tenants,
        ConnectionGroups connectionGroups,
        Invalidations invalidations,
        KeyPairs keyPairs,
        EmbeddedCa ca,
        OcspResponder ocsp,
        Notifications notifications) {

    static Features over(Store store, Settings settings, Wakeup engine) {
        ChangeFeed feed = new ChangeFeed();
        Zones zones = new Zones(store.clock(), store.random(), dns(settings));
        KeyPairs keyPairs = KeyPairs.fastest(store.random());
        EmbeddedCa ca =
                EmbeddedCa.open(
                        store.database(),
                        store.vault(),
                        keyPairs,
                        store.random(),
                        store.clock(),
                        caSettings(settings),
                        engine);
        Challenges challenges = new Challenges(store.clock());
        Certificates certificates =
                new Certificates(
                        zones,
                        feed,
                        store.vault(),
                        store.clock(),
                        store.random(),
                        engine,
                        new Revocations(engine),
                        new OrderForgetting(
                                challenges,
                                new BudgetPacing(
                                        IssuerLimits.budgets(settings, store.clock()),
                                        store.clock())),
                        new CertificateSettings(
                                settings.suffix().ascii(),
                                settings.certificates().pendingLimit(),
                                names(settings),
                                quotas(settings),
                                issuers(settings.issuers())));
        Distributions distributions =
                new Distributions(
                        certificates,
                        feed,
                        store.clock(),
                        store.random(),
                        settings.suffix().ascii(),
                        engine);
        return new Features(
                feed,
                new Tags(),
                zones,
                challenges,
                certificates,
                distributions,
                new Tenants(
                        distributions, certificates, feed, store.clock(), store.random(), engine),
                new ConnectionGroups(distributions, feed, store.clock(), store.random(), engine),
                new Invalidations(feed, store.clock(), store.random(), engine),
                keyPairs,
                ca,
                new OcspResponder(store.database(), ca.signatories(), keyPairs, store.clock()),
                Notifications.over(store, settings.notifications(), engine));
    }

    /// Our own authority and those of the settings, and who is asked at which door.
    static IssuerRules issuers(Settings.Issuers given) {
        Map<IssuerName, Issuer.ProofForm> forms = new LinkedHashMap<>();
        forms.put(IssuerName.EMBEDDED, Issuer.ProofForm.ACM_RECORD);
        given.acme()
                .forEach(each ->
                        forms.put(new IssuerName(each.name()), Issuer.ProofForm.ACME_CHALLENGE));
        return new IssuerRules(
                forms,
                choice(given.standard()),
                Map.of(
                        Origin.LIGHTSAIL,
                        choice(given.lightsail()),
                        Origin.ACM,
                        choice(given.acm())),
                given.spare().stream().map(IssuerName::new).toList(),
                keys(given.acme()));
    }

    private static Map<IssuerName, KeyAlgorithm> keys(List<Settings.AcmeIssuer> acme) {
        Map<IssuerName, KeyAlgorithm> keys = new HashMap<>();
        acme.forEach(each ->
                each.keyType().ifPresent(key -> keys.put(new IssuerName(each.name()), key(key))));
        return keys;
    }

    /// As the settings have it.
    static KeyAlgorithm key(Settings.KeyAlgorithm given) {
        return switch (given) {
            case EC_P256 -> KeyAlgorithm.EC_P256;
            case EC_P384 -> KeyAlgorithm.EC_P384;
            case RSA_2048 -> KeyAlgorithm.RSA_2048;
        };
    }

    /// Names as the settings have them, which are all configured.
    static IssuerChoice choice(List<String> names) {
        return new IssuerChoice(names.stream().map(IssuerName::new).toList(), 0);
    }

    static CaSettings caSettings(Settings settings) {
        int days = Math.toIntExact(settings.certificates().validity().toDays());
        return new CaSettings(
                settings.certificates().caaNames(),
                days,
                Math.max(days, CaSettings.DEFAULT_MAX_VALIDITY_DAYS),
                Optional.of(settings.publicDoor().url()));
    }

    /// Names under the suffix that lead to the public door by way of the edge.
    static Set<String> ownHosts(Settings settings) {
        return dns(settings).pages();
    }

    private static Quotas.Limits quotas(Settings settings) {
        Settings.Quotas quotas = settings.quotas();
        return new Quotas.Limits(
                quotas.certificates(), quotas.yearly(), quotas.imported(), quotas.importedYearly());
    }

    /// Which names are certified here.
    static NamePolicy names(Settings settings) {
        return new NamePolicy(
                settings.suffix(), settings.names().blocked(), settings.names().publicOnly());
    }

    private static DnsSettings dns(Settings settings) {
        List<InetAddress> edge = addresses(settings.edge().publicAddresses());
        return new DnsSettings(
                settings.suffix(),
                settings.dns().nameServers().stream().map(DomainName::parse).toList(),
                edge,
                edge);
    }

    private static List<InetAddress> addresses(List<String> texts) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            try {
                addresses.add(InetAddress.getByName(text));
            } catch (UnknownHostException e) {
                throw new Server.CannotStart(
                        "edge.publicAddresses must be IP addresses, not '" + text + "'", e);
            }
        }
        return addresses;
    }
}
