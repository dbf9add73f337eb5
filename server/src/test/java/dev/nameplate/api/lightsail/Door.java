package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.TestFeatures;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.Certificate;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.CreateDistributionResponse;
import software.amazon.awssdk.services.lightsail.model.InvalidInputException;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;
import software.amazon.awssdk.services.lightsail.model.NotFoundException;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// A Lightsail door on a test's own store, and the calls that most tests begin with.
final class Door {
    final TestFeatures features;
    final Lightsail door;
    final LightsailClient lightsail;

    Door(Database database) {
        this(database, LightsailSettings.DEFAULT);
    }

    Door(Database database, LightsailSettings settings) {
        this(new TestFeatures(database), settings, new SecureRandom());
    }

    Door(TestFeatures features, LightsailSettings settings, RandomGenerator random) {
        this.features = features;
        door =
                new Lightsail(
                        features.database,
                        features.certificates,
                        features.zones,
                        features.distributions,
                        features.invalidations,
                        features.tags,
                        settings,
                        features.clock,
                        random);
        lightsail = in("us-east-1");
    }

    LightsailClient in(String region) {
        return door.as(TestFeatures.caller(region));
    }

    CreateCertificateResponse createCertificate(String name, String domain, String... alternates) {
        return lightsail.createCertificate(request ->
                request.certificateName(name)
                        .domainName(domain)
                        .subjectAlternativeNames(alternates));
    }

    /// A certificate that is issued already.
    Certificate issuedCertificate(String name, String domain, String... alternates) {
        createCertificate(name, domain, alternates);
        features.settleCertificates();
        return certificate(name);
    }

    Certificate certificate(String name) {
        return lightsail
                .getCertificates(request -> request.certificateName(name))
                .certificates()
                .getFirst()
                .certificateDetail();
    }

    void createDomain(String name) {
        lightsail.createDomain(request -> request.domainName(name));
    }

    CreateDistributionResponse createDistribution(String name) {
        return lightsail.createDistribution(request ->
                request.distributionName(name)
                        .bundleId("small_1_0")
                        .origin(origin -> origin.name("192.0.2.7:8080"))
                        .defaultCacheBehavior(cache -> cache.behavior("cache")));
    }

    /// A distribution that the edge serves already.
    LightsailDistribution deployedDistribution(String name) {
        createDistribution(name);
        features.deployAll();
        return distribution(name);
    }

    LightsailDistribution distribution(String name) {
        return lightsail
                .getDistributions(request -> request.distributionName(name))
                .distributions()
                .getFirst();
    }

    void attach(String certificate, String distribution) {
        lightsail.attachCertificateToDistribution(
                request -> request.certificateName(certificate).distributionName(distribution));
    }

    static void assertInvalid(ThrowingCallable call, String message) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(call)
                .withMessageContaining(message);
    }

    static void assertNotFound(ThrowingCallable call, String message) {
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(call)
                .withMessageContaining(message);
    }

    static void assertInvalid(ThrowingCallable call, String code, String message) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(call)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code))
                .withMessageContaining(message);
    }
}
