package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.LoadBalancerAttributeName;
import software.amazon.awssdk.services.lightsail.model.LoadBalancerMetricName;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.util.List;

final class WithoutLoadBalancersTest {
    private static final String NAME = "front";

    @StoreTest
    void noneCanBeMade(Database database) {
        LightsailClient lightsail = new Door(database).lightsail;
        Door.assertInvalid(
                () -> lightsail.createLoadBalancer(r -> r.loadBalancerName(NAME).instancePort(80)),
                "UnsupportedOperation",
                "no load balancers");
        Door.assertInvalid(
                () ->
                        lightsail.createLoadBalancerTlsCertificate(r ->
                                r.loadBalancerName(NAME)
                                        .certificateName("site")
                                        .certificateDomainName("example.com")),
                "UnsupportedOperation",
                "Use CreateCertificate");
        Door.assertInvalid(
                () -> lightsail.getLoadBalancerTlsPolicies(_ -> {}),
                "UnsupportedOperation",
                "no TLS policies");
        assertThat(lightsail.getLoadBalancers(_ -> {}).loadBalancers()).isEmpty();
        Door.assertInvalid(
                () -> lightsail.getLoadBalancers(r -> r.pageToken("nonsense")),
                "The page token is not valid");
    }

    @StoreTest
    void eachByItselfIsNotFound(Database database) {
        LightsailClient lightsail = new Door(database).lightsail;
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(
                        () -> lightsail.getLoadBalancer(r -> r.loadBalancerName(NAME)),
                        () -> lightsail.deleteLoadBalancer(r -> r.loadBalancerName(NAME)),
                        () ->
                                lightsail.updateLoadBalancerAttribute(r ->
                                        r.loadBalancerName(NAME)
                                                .attributeName(
                                                        LoadBalancerAttributeName.HEALTH_CHECK_PATH)
                                                .attributeValue("/")),
                        () ->
                                lightsail.attachInstancesToLoadBalancer(
                                        r -> r.loadBalancerName(NAME)),
                        () ->
                                lightsail.detachInstancesFromLoadBalancer(
                                        r -> r.loadBalancerName(NAME)),
                        () ->
                                lightsail.getLoadBalancerMetricData(r ->
                                        r.loadBalancerName(NAME)
                                                .metricName(LoadBalancerMetricName.REQUEST_COUNT)),
                        () ->
                                lightsail.getLoadBalancerTlsCertificates(
                                        r -> r.loadBalancerName(NAME)),
                        () ->
                                lightsail.attachLoadBalancerTlsCertificate(
                                        r -> r.loadBalancerName(NAME).certificateName("site")),
                        () ->
                                lightsail.deleteLoadBalancerTlsCertificate(
                                        r -> r.loadBalancerName(NAME).certificateName("site")))) {
            Door.assertNotFound(call, "The LoadBalancer does not exist: front");
        }
    }

    @StoreTest
    void theirCertificatesAreNotTaggable(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        Door.assertInvalid(
                () ->
                        door.lightsail.tagResource(r ->
                                r.resourceName("site")
                                        .resourceArn(
                                                "arn:aws:lightsail:us-east-1:123456789012:"
                                                        + "LoadBalancerTlsCertificate/"
                                                        + "00000000-0000-4000-8000-000000000000")
                                        .tags(Tag.builder().key("a").value("b").build())),
                "The resource type, LoadBalancerTlsCertificate, is not taggable.");
    }
}
