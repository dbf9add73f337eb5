package dev.nameplate.demo;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;

/// AWS's own SDK clients, pointed at the server as any user would.
record Clients(LightsailClient lightsail, CloudFrontClient cloudFront) implements AutoCloseable {

    static Clients of(Visit visit) {
        return new Clients(
                pointed(LightsailClient.builder(), visit).build(),
                pointed(CloudFrontClient.builder(), visit).build());
    }

    private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B pointed(
            B builder, Visit visit) {
        return builder.endpointOverride(visit.api())
                .region(Region.US_EAST_1)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        visit.accessKeyId(), visit.secretAccessKey())));
    }

    @Override
    public void close() {
        lightsail.close();
        cloudFront.close();
    }
}
