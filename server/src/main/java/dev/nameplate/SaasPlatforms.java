package dev.nameplate;

import dev.nameplate.api.saas.JobChecks;
import dev.nameplate.config.Settings;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.names.AccountId;
import dev.nameplate.publish.HandshakeCheck;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.ServingCheck;
import dev.nameplate.saas.aws.AwsPlatform;
import dev.nameplate.saas.aws.AwsSettings;
import dev.nameplate.saas.aws.CallWatch;

import software.amazon.awssdk.services.acm.AcmClient;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Where SSL for SaaS jobs make certificates and distributions: this server, AWS, or whichever of them a job names.
final class SaasPlatforms implements AutoCloseable {
    /// Here a change is served within a second.
    private static final Duration SERVED_WITHIN = Duration.ofMinutes(15);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);
    private static final int HTTPS = 443;

    /// What CAA records name to permit ACM.
    private static final List<String> AMAZON =
            List.of("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com");

    private final Settings settings;
    private final ProofLookup lookup;
    private final Platform.Rules localRules;
    private final Platform.Services localServices;
    private final Optional<AwsPlatform> aws;

    SaasPlatforms(
            Settings settings,
            ProofLookup lookup,
            Platform.Rules localRules,
            Platform.Services localServices,
            SaasJobs jobs,
            InstantSource clock,
            CallWatch watch) {
        this.settings = settings;
        this.lookup = lookup;
        this.localRules = localRules;
        this.localServices = localServices;
        this.aws =
                settings.saas().platforms().contains(Settings.SaasPlatform.AWS)
                        ? Optional.of(
                                new AwsPlatform(
                                        new AwsSettings(
                                                settings.aws().region(),
                                                settings.aws().endpoint(),
                                                settings.aws().pacePercent()),
                                        this::servedByCloudFront,
                                        () -> jobs.planned(Platform.Name.AWS),
                                        clock,
                                        watch))
                        : Optional.empty();
    }

    private Optional<String> servedByCloudFront(String domainName, String host) {
        InetSocketAddress edge =
                settings.aws().edge().orElseGet(() -> new InetSocketAddress(domainName, HTTPS));
        return new HandshakeCheck(() -> edge, HANDSHAKE_LIMIT).servedSerial(host);
    }

    /// The platform of a job that names none.
    Platform.Name standard() {
        return name(settings.saas().platforms().getFirst());
    }

    /// What a request is checked by.
    Map<Platform.Name, JobChecks.Place> places() {
        Map<Platform.Name, JobChecks.Place> places = new EnumMap<>(Platform.Name.class);
        for (Settings.SaasPlatform each : settings.saas().platforms()) {
            places.put(
                    name(each),
                    switch (each) {
                        case LOCAL ->
                                new JobChecks.Place(
                                        localRules,
                                        new CaaCheck(lookup, settings.certificates().caaNames()));
                        case AWS ->
                                new JobChecks.Place(
                                        aws.orElseThrow().platform().rules(),
                                        new CaaCheck(lookup, AMAZON));
                    });
        }
        return places;
    }

    /// Those that steps are taken on. A job made here is finished here, also where no new one may be.
    Map<Platform.Name, Platform> all(ServingCheck serving) {
        Map<Platform.Name, Platform> all = new EnumMap<>(Platform.Name.class);
        all.put(
                Platform.Name.LOCAL,
                new Platform(localRules, localServices, serving, SERVED_WITHIN));
        aws.ifPresent(each -> all.put(Platform.Name.AWS, each.platform()));
        return all;
    }

    /// The certificates that the original's list shows.
    Function<AccountId, AcmClient> certificates() {
        return switch (standard()) {
            case LOCAL -> localServices.acm();
            case AWS -> aws.orElseThrow().platform().searches().acm();
        };
    }

    private static Platform.Name name(Settings.SaasPlatform platform) {
        return switch (platform) {
            case LOCAL -> Platform.Name.LOCAL;
            case AWS -> Platform.Name.AWS;
        };
    }

    @Override
    public void close() {
        aws.ifPresent(AwsPlatform::close);
    }
}
