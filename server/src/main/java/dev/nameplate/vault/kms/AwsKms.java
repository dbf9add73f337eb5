package dev.nameplate.vault.kms;

import dev.nameplate.vault.KeyWrapping;
import dev.nameplate.vault.MasterKeySource;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Asks KMS with the credentials and Region that the SDK finds by its usual chain (environment, profile, instance role); an ARN's
/// Region goes before. Asked at a start, and when keys are made.
public final class AwsKms implements KeyWrapping {
    /// Part of what KMS authenticates: a ciphertext of another use does not open here. A key policy may ask for it.
    private static final Map<String, String> USE = Map.of("nameplate", "master-key");

    private static final int REGION_IN_ARN = 3;

    private final String keyId;
    private final Optional<URI> endpoint;

    /// @param keyId id, alias or ARN of a symmetric key; we need `kms:Encrypt` and `kms:Decrypt`
    /// @param endpoint asked instead of the Region's
    public AwsKms(String keyId, Optional<URI> endpoint) {
        this.keyId = keyId;
        this.endpoint = endpoint;
    }

    @Override
    public byte[] wrap(byte[] key) {
        return asked(kms ->
                kms.encrypt(request ->
                                request.keyId(keyId)
                                        .plaintext(SdkBytes.fromByteArray(key))
                                        .encryptionContext(USE))
                        .ciphertextBlob()
                        .asByteArray());
    }

    @Override
    public byte[] unwrap(byte[] wrapped) {
        return asked(kms ->
                kms.decrypt(request ->
                                request.keyId(keyId)
                                        .ciphertextBlob(SdkBytes.fromByteArray(wrapped))
                                        .encryptionContext(USE))
                        .plaintext()
                        .asByteArray());
    }

    private byte[] asked(Function<KmsClient, byte[]> question) {
        KmsClientBuilder builder =
                KmsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder());
        endpoint.ifPresent(builder::endpointOverride);
        String[] parts = keyId.split(":", -1);
        if (keyId.startsWith("arn:") && parts.length > REGION_IN_ARN) {
            builder.region(Region.of(parts[REGION_IN_ARN]));
        }
        try (KmsClient client = builder.build()) {
            return question.apply(client);
        } catch (SdkException failed) {
            throw new MasterKeySource.Refused(
                    "AWS KMS does not give the master key by " + keyId + ": " + failed.getMessage(),
                    failed);
        }
    }
}
