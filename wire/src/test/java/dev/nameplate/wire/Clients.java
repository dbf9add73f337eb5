package dev.nameplate.wire;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.sts.StsClient;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The SDK's clients of the four APIs.
final class Clients {

    static final Credential CREDENTIAL =
            new Credential(
                    "111122223333", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

    static Class<? extends SdkClient> type(AwsApi api) {
        return switch (api) {
            case LIGHTSAIL -> LightsailClient.class;
            case ACM -> AcmClient.class;
            case CLOUDFRONT -> CloudFrontClient.class;
            case STS -> StsClient.class;
        };
    }

    static SdkClient of(AwsApi api, SdkHttpClient http) {
        return switch (api) {
            case LIGHTSAIL -> lightsail(http);
            case ACM -> acm(http);
            case CLOUDFRONT -> cloudFront(http, Region.US_EAST_1);
            case STS -> built(StsClient.builder(), http, Region.US_EAST_1);
        };
    }

    static LightsailClient lightsail(SdkHttpClient http) {
        return built(LightsailClient.builder(), http, Region.US_EAST_1);
    }

    static AcmClient acm(SdkHttpClient http) {
        return built(AcmClient.builder(), http, Region.US_EAST_1);
    }

    static CloudFrontClient cloudFront(SdkHttpClient http, Region region) {
        return built(CloudFrontClient.builder(), http, region);
    }

    private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C built(
            B builder, SdkHttpClient http, Region region) {
        return builder.httpClient(http)
                .region(region)
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        CREDENTIAL.accessKeyId(), CREDENTIAL.secretAccessKey())))
                .endpointOverride(URI.create("http://127.0.0.1:4566"))
                .build();
    }

    /// The methods that make one call: from a request class to a response class.
    static List<Method> operations(Class<? extends SdkClient> client) {
        return Arrays.stream(client.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getParameterCount() == 1)
                .filter(method -> SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0]))
                .filter(method -> SdkResponse.class.isAssignableFrom(method.getReturnType()))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private Clients() {}
}
