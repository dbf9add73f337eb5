package dev.nameplate.wire;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.AccessDeniedException;
import software.amazon.awssdk.services.acm.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.acm.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.acm.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.acm.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.AssociateAliasRequest;
import software.amazon.awssdk.services.cloudfront.model.AssociateAliasResponse;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateRequest;
import software.amazon.awssdk.services.lightsail.model.CreateCertificateResponse;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesRequest;
import software.amazon.awssdk.services.lightsail.model.GetCertificatesResponse;
import software.amazon.awssdk.services.lightsail.model.GetDomainsRequest;
import software.amazon.awssdk.services.lightsail.model.GetDomainsResponse;
import software.amazon.awssdk.services.lightsail.model.GetRegionsRequest;
import software.amazon.awssdk.services.lightsail.model.GetRegionsResponse;
import software.amazon.awssdk.services.lightsail.model.InvalidInputException;
import software.amazon.awssdk.services.lightsail.model.ServiceException;
import software.amazon.awssdk.services.lightsail.model.TagResourceRequest;
import software.amazon.awssdk.services.lightsail.model.TagResourceResponse;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

import java.util.ArrayList;
import java.util.List;

/// Small services, each operation showing one way to answer.
final class FakeServices {

    /// What the services were called with, in order.
    final List<Object> seen = new ArrayList<>();

    final List<Caller> callers = new ArrayList<>();

    List<Service<?>> all() {
        return List.of(
                new Service<>(
                        AwsApi.LIGHTSAIL, LightsailClient.class, c -> heard(c, new Lightsail())),
                new Service<>(AwsApi.ACM, AcmClient.class, c -> heard(c, new Acm())),
                new Service<>(
                        AwsApi.CLOUDFRONT, CloudFrontClient.class, c -> heard(c, new CloudFront())),
                new Service<>(AwsApi.STS, StsClient.class, c -> heard(c, new Sts(c))));
    }

    private <C> C heard(Caller caller, C client) {
        callers.add(caller);
        return client;
    }

    private final class Lightsail implements LightsailClient {
        @Override
        public CreateCertificateResponse createCertificate(CreateCertificateRequest request) {
            seen.add(request);
            throw InvalidInputException.builder()
                    .message("Some names are already in use: " + request.certificateName())
                    .code("NameExists")
                    .tip("Choose another name.")
                    .build();
        }

        @Override
        public TagResourceResponse tagResource(TagResourceRequest request) {
            seen.add(request);
            return TagResourceResponse.builder().build();
        }

        @Override
        public GetRegionsResponse getRegions(GetRegionsRequest request) {
            throw ServiceException.builder().message("out of order").build();
        }

        @Override
        public GetDomainsResponse getDomains(GetDomainsRequest request) {
            throw new IllegalStateException("secret=hunter2 in /var/lib");
        }

        /// A bug whose exception is the one that unimplemented operations throw.
        @Override
        public GetCertificatesResponse getCertificates(GetCertificatesRequest request) {
            List<Object> fixed = List.of();
            fixed.add(request);
            return GetCertificatesResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private final class Acm implements AcmClient {
        @Override
        public ListCertificatesResponse listCertificates(ListCertificatesRequest request) {
            seen.add(request);
            return ListCertificatesResponse.builder().nextToken("more").build();
        }

        @Override
        public DeleteCertificateResponse deleteCertificate(DeleteCertificateRequest request) {
            return DeleteCertificateResponse.builder().build();
        }

        /// Denied by ACM where the caller asked ACM …
        @Override
        public DescribeCertificateResponse describeCertificate(DescribeCertificateRequest request) {
            throw AccessDeniedException.builder().message("not yours").build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private final class CloudFront implements CloudFrontClient {
        @Override
        public CreateDistributionResponse createDistribution(CreateDistributionRequest request) {
            seen.add(request);
            throw CnameAlreadyExistsException.builder().message("taken").build();
        }

        @Override
        public CreateDistributionWithTagsResponse createDistributionWithTags(
                CreateDistributionWithTagsRequest request) {
            seen.add(request);
            return CreateDistributionWithTagsResponse.builder()
                    .eTag("E1")
                    .location("https://cloudfront.amazonaws.com/2020-05-31/distribution/D1")
                    .distribution(Distribution.builder().id("D1").build())
                    .build();
        }

        @Override
        public GetDistributionConfigResponse getDistributionConfig(
                GetDistributionConfigRequest request) {
            return GetDistributionConfigResponse.builder()
                    .eTag("E1")
                    .distributionConfig(DistributionConfig.builder().comment("a&b").build())
                    .build();
        }

        @Override
        public DeleteDistributionResponse deleteDistribution(DeleteDistributionRequest request) {
            seen.add(request);
            return DeleteDistributionResponse.builder().build();
        }

        /// … but an exception of another service is a bug.
        @Override
        public AssociateAliasResponse associateAlias(AssociateAliasRequest request) {
            seen.add(request);
            if (request.alias().equals("bug.example.com")) {
                throw AccessDeniedException.builder().message("not yours").build();
            }
            if (request.alias().equals("throttled.example.com")) {
                throw CloudFrontException.builder()
                        .statusCode(400)
                        .awsErrorDetails(
                                AwsErrorDetails.builder()
                                        .errorCode("Throttling")
                                        .errorMessage("Rate exceeded")
                                        .build())
                        .build();
            }
            return AssociateAliasResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private record Sts(Caller caller) implements StsClient {
        @Override
        public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
            return GetCallerIdentityResponse.builder()
                    .account(caller.account())
                    .arn("arn:aws:iam::" + caller.account() + ":root")
                    .userId(caller.account())
                    .build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }
}
