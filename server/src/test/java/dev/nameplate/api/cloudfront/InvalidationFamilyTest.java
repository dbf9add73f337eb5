package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.BatchTooLargeException;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationResponse;
import software.amazon.awssdk.services.cloudfront.model.InconsistentQuantitiesException;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.InvalidationList;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchInvalidationException;
import software.amazon.awssdk.services.cloudfront.model.TooManyInvalidationsInProgressException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class InvalidationFamilyTest {

    @StoreTest
    void anInvalidationIsInProgressUntilEveryEdgeObeys(Database database) {
        TestFeatures features = new TestFeatures(database);
        CloudFrontClient api = api(features);
        String id = distribution(api, "r");

        CreateInvalidationResponse created = create(api, id, "one", "/a/*", "/b");
        String invalidation = created.invalidation().id();
        assertThat(created.location())
                .endsWith("/2020-05-31/distribution/" + id + "/invalidation/" + invalidation);
        assertThat(created.invalidation().status()).isEqualTo("InProgress");
        assertThat(created.invalidation().invalidationBatch().paths().items())
                .containsExactly("/a/*", "/b");
        assertThat(inProgress(api, id)).isEqualTo(1);

        database.write(write -> {
            features.invalidations.completed(write, invalidation);
            return true;
        });
        assertThat(
                        api.getInvalidation(r -> r.distributionId(id).id(invalidation))
                                .invalidation()
                                .status())
                .isEqualTo("Completed");
        assertThat(inProgress(api, id)).isZero();
    }

    @StoreTest
    void aReferenceIsUsedForOneSetOfPaths(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        String id = distribution(api, "r");
        String first = create(api, id, "one", "/a").invalidation().id();

        assertThat(create(api, id, "one", "/a").invalidation().id()).isEqualTo(first);
        assertThatThrownBy(() -> create(api, id, "one", "/b"))
                .isInstanceOfSatisfying(
                        CloudFrontException.class,
                        refused -> {
                            assertThat(refused.awsErrorDetails().errorCode())
                                    .isEqualTo("InvalidationBatchAlreadyExists");
                            assertThat(refused.statusCode()).isEqualTo(409);
                        });
    }

    @StoreTest
    void badOrdersAreRefusedByWhatTheyAre(Database database) {
        CloudFrontClient api = api(new TestFeatures(database));
        String id = distribution(api, "r");

        assertThatThrownBy(() -> create(api, id, "a", "index.html"))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> create(api, id, "b", "/a/*/b"))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() ->
                        create(
                                api,
                                id,
                                "c",
                                IntStream.rangeClosed(0, 3_000)
                                        .mapToObj(i -> "/" + i)
                                        .toArray(String[]::new)))
                .isInstanceOf(BatchTooLargeException.class);
        assertThatThrownBy(() ->
                        create(
                                api,
                                id,
                                "d",
                                IntStream.rangeClosed(0, 15)
                                        .mapToObj(i -> "/" + i + "*")
                                        .toArray(String[]::new)))
                .isInstanceOf(TooManyInvalidationsInProgressException.class);
        assertThatThrownBy(() ->
                        api.createInvalidation(r ->
                                r.distributionId(id)
                                        .invalidationBatch(b ->
                                                b.callerReference("e")
                                                        .paths(p -> p.quantity(2).items("/a")))))
                .isInstanceOf(InconsistentQuantitiesException.class);
        assertThatThrownBy(() -> create(api, "E0000000000000", "f", "/a"))
                .isInstanceOf(NoSuchDistributionException.class);
        String other = distribution(api, "s");
        String elsewhere = create(api, other, "g", "/a").invalidation().id();
        assertThatThrownBy(() -> api.getInvalidation(r -> r.distributionId(id).id(elsewhere)))
                .isInstanceOf(NoSuchInvalidationException.class);
    }

    @StoreTest
    void theNewestIsListedFirstPageByPage(Database database) {
        TestFeatures features = new TestFeatures(database);
        CloudFrontClient api = api(features);
        String id = distribution(api, "r");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            features.clock.advance(Duration.ofSeconds(1));
            made.addFirst(create(api, id, "r" + i, "/" + i).invalidation().id());
        }

        List<String> listed = new ArrayList<>();
        String marker = null;
        do {
            String from = marker;
            InvalidationList page =
                    api.listInvalidations(r -> r.distributionId(id).marker(from).maxItems("2"))
                            .invalidationList();
            page.items().forEach(one -> listed.add(one.id()));
            assertThat(page.isTruncated()).isEqualTo(page.nextMarker() != null);
            marker = page.nextMarker();
        } while (marker != null);
        assertThat(listed).isEqualTo(made);
    }

    private static CloudFrontClient api(TestFeatures features) {
        return features.cloudFront().as(TestFeatures.caller("us-east-1"));
    }

    private static String distribution(CloudFrontClient api, String reference) {
        return api.createDistribution(r -> r.distributionConfig(Configs.minimal(reference).build()))
                .distribution()
                .id();
    }

    private static int inProgress(CloudFrontClient api, String id) {
        return api.getDistribution(r -> r.id(id)).distribution().inProgressInvalidationBatches();
    }

    private static CreateInvalidationResponse create(
            CloudFrontClient api, String id, String reference, String... paths) {
        return api.createInvalidation(r ->
                r.distributionId(id)
                        .invalidationBatch(b ->
                                b.callerReference(reference)
                                        .paths(p -> p.quantity(paths.length).items(paths))));
    }
}
