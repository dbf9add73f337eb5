package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.ConflictingAlias;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;

import java.util.List;

class AliasFamilyTest {
    private static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);
    private static final AccountId OTHER =
            new AccountId(TestFeatures.otherAccount("us-east-1").account());

    @StoreTest
    void anAliasMovesOnceItsOwnerNamesTheTarget(Database database) {
        Scene scene = new Scene(database);
        Distribution source =
                scene.made(scene.own, ACCOUNT, "a", "www.example.com", "b.example.com");
        Distribution target = scene.made(scene.own, ACCOUNT, "b", "other.example.com");
        String etag = scene.own.getDistribution(r -> r.id(source.id())).eTag();

        assertThatThrownBy(() -> scene.move(scene.own, target, "www.example.com"))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("_www.example.com")
                .hasMessageContaining(target.domainName());
        scene.features.texts.add("_www.example.com " + target.domainName());
        scene.move(scene.own, target, "www.example.com");

        assertThat(scene.aliases(scene.own, target))
                .containsExactly("other.example.com", "www.example.com");
        assertThat(scene.aliases(scene.own, source)).containsExactly("b.example.com");
        assertThat(scene.own.getDistribution(r -> r.id(source.id())).eTag()).isNotEqualTo(etag);
        scene.move(scene.own, target, "www.example.com");
        assertThat(scene.aliases(scene.own, target)).hasSize(2);
    }

    @StoreTest
    void fromAnotherAccountOnlyADisabledDistributionsAliasMovesAndNoApex(Database database) {
        Scene scene = new Scene(database);
        Distribution source = scene.made(scene.other, OTHER, "a", "www.example.com", "example.com");
        Distribution target = scene.made(scene.own, ACCOUNT, "b", "new.example.com");
        scene.features.texts.add("_www.example.com " + target.domainName());
        scene.features.texts.add("_example.com " + target.domainName());

        assertThatThrownBy(() -> scene.move(scene.own, target, "www.example.com"))
                .isInstanceOf(IllegalUpdateException.class)
                .hasMessageContaining("disable");
        scene.disable(scene.other, source);
        assertThatThrownBy(() -> scene.move(scene.own, target, "example.com"))
                .isInstanceOf(IllegalUpdateException.class)
                .hasMessageContaining("apex");
        scene.move(scene.own, target, "www.example.com");
        assertThat(scene.aliases(scene.own, target)).contains("www.example.com");
        assertThat(scene.aliases(scene.other, source)).containsExactly("example.com");
    }

    @StoreTest
    void theTargetIsOnesOwnAndItsCertificateCoversTheAlias(Database database) {
        Scene scene = new Scene(database);
        Distribution target = scene.made(scene.own, ACCOUNT, "b", "www.example.com");
        assertThatThrownBy(() -> scene.move(scene.own, target, "www.example.org"))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("no trusted certificate that covers");
        assertThatThrownBy(() -> scene.move(scene.other, target, "www.example.com"))
                .isInstanceOf(NoSuchDistributionException.class);
    }

    @StoreTest
    void whatStandsInTheWayIsToldWithMaskedIds(Database database) {
        Scene scene = new Scene(database);
        Distribution theirs = scene.made(scene.other, OTHER, "a", "www.example.com");
        Distribution wide = scene.made(scene.other, OTHER, "w", "*.example.com");
        Distribution mine = scene.made(scene.own, ACCOUNT, "b", "mine.example.net");

        assertThat(scene.conflicts(mine, "www.example.com"))
                .extracting(ConflictingAlias::alias)
                .containsExactly("*.example.com", "www.example.com");
        ConflictingAlias held = scene.conflicts(mine, "www.example.com").getLast();
        assertThat(held.distributionId())
                .isEqualTo("*******" + theirs.id().substring(7))
                .hasSameSizeAs(theirs.id());
        assertThat(held.accountId()).isEqualTo("******" + OTHER.value().substring(6));
        assertThat(scene.conflicts(mine, "*.example.com"))
                .extracting(ConflictingAlias::alias)
                .containsExactly("*.example.com", "www.example.com");
        assertThat(scene.conflicts(mine, "mine.example.net")).as("its own").isEmpty();
        assertThat(wide.id()).isNotEqualTo(theirs.id());
        var first =
                scene.own
                        .listConflictingAliases(
                                r -> r.distributionId(mine.id()).alias("*.example.com").maxItems(1))
                        .conflictingAliasesList();
        assertThat(first.quantity()).isEqualTo(1);
        assertThat(
                        scene.own
                                .listConflictingAliases(r ->
                                        r.distributionId(mine.id())
                                                .alias("*.example.com")
                                                .marker(first.nextMarker()))
                                .conflictingAliasesList()
                                .quantity())
                .isEqualTo(1);
    }

    @StoreTest
    void aTakenAliasNamesItsHolderToTheHoldersAccountAlone(Database database) {
        Scene scene = new Scene(database);
        Distribution held = scene.made(scene.own, ACCOUNT, "a", "www.example.com");
        assertThatThrownBy(() -> scene.made(scene.own, ACCOUNT, "b", "www.example.com"))
                .isInstanceOf(CnameAlreadyExistsException.class)
                .hasMessageContaining(held.id());
        assertThatThrownBy(() -> scene.made(scene.other, OTHER, "b", "www.example.com"))
                .isInstanceOf(CnameAlreadyExistsException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain(held.id()));
    }

    private static final class Scene {
        final TestFeatures features;
        final CloudFrontClient own;
        final CloudFrontClient other;
        private final TestCa ca;

        Scene(Database database) {
            features = new TestFeatures(database);
            own = features.cloudFront().as(TestFeatures.caller("us-east-1"));
            other = features.cloudFront().as(TestFeatures.otherAccount("us-east-1"));
            ca = features.trustedCa();
        }

        /// A distribution whose certificate covers example.com, one label below it, and its aliases.
        Distribution made(
                CloudFrontClient api, AccountId account, String reference, String... aliases) {
            Certificate certificate =
                    features.importCertificate(
                            account,
                            Region.US_EAST_1,
                            ca.issue("example.com", "*.example.com", "*.example.net"));
            String arn =
                    "arn:aws:acm:us-east-1:%s:certificate/%s".formatted(account, certificate.id());
            return api.createDistribution(r ->
                            r.distributionConfig(
                                    Configs.withAliases(Configs.minimal(reference), arn, aliases)
                                            .build()))
                    .distribution();
        }

        void move(CloudFrontClient api, Distribution target, String alias) {
            api.associateAlias(r -> r.targetDistributionId(target.id()).alias(alias));
        }

        void disable(CloudFrontClient api, Distribution distribution) {
            var found = api.getDistributionConfig(r -> r.id(distribution.id()));
            DistributionConfig disabled = found.distributionConfig().copy(c -> c.enabled(false));
            api.updateDistribution(r ->
                    r.id(distribution.id()).ifMatch(found.eTag()).distributionConfig(disabled));
        }

        List<String> aliases(CloudFrontClient api, Distribution distribution) {
            return api.getDistributionConfig(r -> r.id(distribution.id()))
                    .distributionConfig()
                    .aliases()
                    .items();
        }

        List<ConflictingAlias> conflicts(Distribution own, String alias) {
            return this.own
                    .listConflictingAliases(r -> r.distributionId(own.id()).alias(alias))
                    .conflictingAliasesList()
                    .items();
        }
    }
}
