package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CannotChangeImmutablePublicKeyFieldsException;
import software.amazon.awssdk.services.cloudfront.model.CreateKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.CreatePublicKeyResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.KeyGroupAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchPublicKeyException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResourceException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyInUseException;
import software.amazon.awssdk.services.cloudfront.model.ResourceInUseException;
import software.amazon.awssdk.services.cloudfront.model.TooManyKeyGroupsAssociatedToDistributionException;
import software.amazon.awssdk.services.cloudfront.model.TooManyPublicKeysException;
import software.amazon.awssdk.services.cloudfront.model.TrustedKeyGroupDoesNotExistException;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;

final class KeyGroupsTest {
    private static String pem(String algorithm, String parameter) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec(parameter));
            } else {
                generator.initialize(Integer.parseInt(parameter));
            }
            byte[] key = generator.generateKeyPair().getPublic().getEncoded();
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static CloudFrontClient api(TestFeatures features) {
        return features.cloudFront().as(TestFeatures.caller("us-east-1"));
    }

    private static CreatePublicKeyResponse key(CloudFrontClient api, String name) {
        return api.createPublicKey(r ->
                r.publicKeyConfig(k ->
                        k.callerReference(name)
                                .name(name)
                                .encodedKey(pem("EC", "secp256r1"))
                                .comment("")));
    }

    private static CreateKeyGroupResponse group(CloudFrontClient api, String name, String... keys) {
        return api.createKeyGroup(r -> r.keyGroupConfig(g -> g.name(name).items(keys)));
    }

    private static DistributionConfig trusting(String reference, String... groups) {
        DistributionConfig config = Configs.minimal(reference).build();
        return config.toBuilder()
                .defaultCacheBehavior(
                        config.defaultCacheBehavior().toBuilder()
                                .trustedKeyGroups(
                                        t -> t.enabled(true).quantity(groups.length).items(groups))
                                .build())
                .build();
    }

    private static List<String> activeKeys(
            software.amazon.awssdk.services.cloudfront.model.Distribution distribution) {
        return distribution.activeTrustedKeyGroups().items().getFirst().keyPairIds().items();
    }

    private static TrustedKeys served(TestFeatures features, String id) {
        Distribution found =
                features.database
                        .read(handle -> features.distributions.find(handle, new DistributionId(id)))
                        .orElseThrow();
        return found.config().behaviors().getLast().trustedKeys().orElseThrow();
    }

    @StoreTest
    void aGroupsChangeReachesItsDistributionsWhoseEtagStays(Database database) {
        TestFeatures features = new TestFeatures(database);
        CloudFrontClient api = api(features);
        String first = key(api, "first").publicKey().id();
        String second = key(api, "second").publicKey().id();
        CreateKeyGroupResponse group = group(api, "films", first);
        String groupId = group.keyGroup().id();
        var created = api.createDistribution(r -> r.distributionConfig(trusting("r", groupId)));
        String id = created.distribution().id();
        assertThat(first).matches("K[A-Z0-9]{13}");
        assertThat(created.distribution().activeTrustedKeyGroups().items().getFirst().keyGroupId())
                .isEqualTo(groupId);
        assertThat(activeKeys(created.distribution())).containsExactly(first);
        assertThat(served(features, id).keys()).containsOnlyKeys(first);
        features.deployAll();

        api.updateKeyGroup(r ->
                r.id(groupId)
                        .ifMatch(group.eTag())
                        .keyGroupConfig(g -> g.name("films").items(second)));

        assertThat(served(features, id).keys()).containsOnlyKeys(second);
        assertThat(activeKeys(api.getDistribution(r -> r.id(id)).distribution()))
                .containsExactly(second);
        assertThat(api.getDistribution(r -> r.id(id)).eTag()).isEqualTo(created.eTag());
        assertThat(api.getDistribution(r -> r.id(id)).distribution().status())
                .isEqualTo("InProgress");
        assertThat(
                        api.listDistributionsByKeyGroup(r -> r.keyGroupId(groupId))
                                .distributionIdList()
                                .items())
                .containsExactly(id);
        String etag = api.getKeyGroup(r -> r.id(groupId)).eTag();
        assertThatThrownBy(() -> api.deleteKeyGroup(r -> r.id(groupId).ifMatch(group.eTag())))
                .isInstanceOf(PreconditionFailedException.class);
        assertThatThrownBy(() -> api.deleteKeyGroup(r -> r.id(groupId).ifMatch(etag)))
                .isInstanceOf(ResourceInUseException.class);
        String keyEtag = api.getPublicKey(r -> r.id(second)).eTag();
        assertThatThrownBy(() -> api.deletePublicKey(r -> r.id(second).ifMatch(keyEtag)))
                .isInstanceOf(PublicKeyInUseException.class);
        api.deletePublicKey(r -> r.id(first).ifMatch(api.getPublicKey(g -> g.id(first)).eTag()));
        api.updateDistribution(r ->
                r.id(id).ifMatch(created.eTag()).distributionConfig(Configs.minimal("r").build()));
        api.deleteKeyGroup(r -> r.id(groupId).ifMatch(etag));
        api.deletePublicKey(r -> r.id(second).ifMatch(keyEtag));
        assertThat(api.listKeyGroups(r -> {}).keyGroupList().quantity()).isZero();
        assertThat(api.listPublicKeys(r -> {}).publicKeyList().quantity()).isZero();
    }

    @Test
    void onlyTheCommentOfAKeyChanges() {
        try (TestStore store = TestStore.sqlite()) {
            CloudFrontClient api = api(new TestFeatures(store.database()));
            CreatePublicKeyResponse created = key(api, "one");
            String id = created.publicKey().id();
            PublicKeyConfig config = created.publicKey().publicKeyConfig();
            assertThatThrownBy(() ->
                            api.updatePublicKey(r ->
                                    r.id(id)
                                            .ifMatch(created.eTag())
                                            .publicKeyConfig(
                                                    config.toBuilder()
                                                            .encodedKey(pem("RSA", "2048"))
                                                            .build())))
                    .isInstanceOf(CannotChangeImmutablePublicKeyFieldsException.class);
            String etag =
                    api.updatePublicKey(r ->
                                    r.id(id)
                                            .ifMatch(created.eTag())
                                            .publicKeyConfig(
                                                    config.toBuilder().comment("new").build()))
                            .eTag();
            assertThat(etag).isNotEqualTo(created.eTag());
            assertThat(api.getPublicKeyConfig(r -> r.id(id)).publicKeyConfig().comment())
                    .isEqualTo("new");
            assertThatThrownBy(() -> key(api, "one"))
                    .isInstanceOf(PublicKeyAlreadyExistsException.class);
            assertThatThrownBy(() -> api.getPublicKey(r -> r.id("K0000000000000")))
                    .isInstanceOf(NoSuchPublicKeyException.class);
        }
    }

    @Test
    void keysOfOtherKindsAndGroupsOfUnknownKeysAreRefused() {
        try (TestStore store = TestStore.sqlite()) {
            CloudFrontClient api = api(new TestFeatures(store.database()));
            for (String pem :
                    List.of(
                            pem("RSA", "1024"),
                            pem("RSA", "4096"),
                            pem("EC", "secp384r1"),
                            "no pem",
                            "",
                            pem("RSA", "2048") + pem("RSA", "2048"))) {
                assertThatThrownBy(() ->
                                api.createPublicKey(r ->
                                        r.publicKeyConfig(k ->
                                                k.callerReference("r").name("n").encodedKey(pem))))
                        .isInstanceOf(InvalidArgumentException.class)
                        .hasMessageContaining("EncodedKey");
            }
            assertThatThrownBy(() -> group(api, "g", "K0000000000000"))
                    .isInstanceOf(InvalidArgumentException.class);
            String key = key(api, "k").publicKey().id();
            group(api, "g", key);
            assertThatThrownBy(() -> group(api, "g", key))
                    .isInstanceOf(KeyGroupAlreadyExistsException.class);
            assertThatThrownBy(() -> group(api, "h", key, key))
                    .isInstanceOf(InvalidArgumentException.class);
            for (int i = 1; i < PublicKeyFamily.QUOTA; i++) {
                key(api, "k" + i);
            }
            assertThatThrownBy(() -> key(api, "more"))
                    .isInstanceOf(TooManyPublicKeysException.class);
            assertThatThrownBy(() -> api.getKeyGroup(r -> r.id("nope")))
                    .isInstanceOf(NoSuchResourceException.class);
            assertThatThrownBy(() ->
                            api.createDistribution(
                                    r -> r.distributionConfig(trusting("r", "nope"))))
                    .isInstanceOf(TrustedKeyGroupDoesNotExistException.class);
            assertThatThrownBy(() ->
                            api.createDistribution(r ->
                                    r.distributionConfig(trusting("r", "a", "b", "c", "d", "e"))))
                    .isInstanceOf(TooManyKeyGroupsAssociatedToDistributionException.class);
        }
    }
}
