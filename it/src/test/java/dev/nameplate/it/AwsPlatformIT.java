package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Platform AWS by settings alone: one server runs the job, another stands for AWS, with its ACM, its CloudFront and its edge.
@Tag("conformance")
final class AwsPlatformIT {
    @TempDir private Path folder;

    @Test
    void aJobIsMadeInTheOtherAccountVerifiedAtItsEdgeAndRolledBack() throws IOException {
        Path data = folder.resolve("jobs");
        try (OriginServer origin = OriginServer.start();
                RunningServer aws = RunningServer.start(folder.resolve("aws"));
                RunningServer jobs =
                        RunningServer.start(
                                data,
                                Map.of(
                                        "NAMEPLATE_SAAS_PLATFORMS",
                                        "local,aws",
                                        "NAMEPLATE_AWS_ENDPOINT",
                                        aws.api().toString(),
                                        "NAMEPLATE_AWS_EDGE",
                                        aws.edgeHttps().getAuthority(),
                                        "NAMEPLATE_AWS_PACE_PERCENT",
                                        "1000",
                                        "AWS_ACCESS_KEY_ID",
                                        RunningServer.ACCESS_KEY,
                                        "AWS_SECRET_ACCESS_KEY",
                                        RunningServer.SECRET_KEY),
                                List.of())) {
            SdkClients sdk = SdkClients.of(aws);
            try (LightsailClient lightsail = sdk.lightsail()) {
                lightsail.createDomain(request -> request.domainName("customers.example"));
            }
            Path file = folder.resolve("job.json");
            String template = sdk.template(origin);
            Files.writeString(
                    file,
                    """
                    {"operation":"CREATE","platform":"AWS","entries":[
                      {"names":["a.customers.example"],"template":{"distribution":"%s"}},
                      {"names":["b.customers.example"],"template":{"distribution":"%s"}}]}
                    """
                            .formatted(template, template));

            Commands.Result made = job(data, "create", file.toString());
            assertThat(made.exit()).as(made.output() + made.errors()).isZero();
            String id = made.output().strip();
            Commands.Result watched = job(data, "watch", id);
            assertThat(watched.output() + watched.errors()).contains("2/2 served  SUCCEEDED");
            assertThat(new Visitor(aws, aws.caRoot()).fetch("a.customers.example", "/a").status())
                    .isEqualTo(200);
            try (AcmClient acm = sdk.acm();
                    AcmClient own = SdkClients.of(jobs).acm()) {
                assertThat(own.listCertificates(_ -> {}).certificateSummaryList()).isEmpty();

                assertThat(job(data, "rollback", id, "--entries", "ALL").exit()).isZero();
                assertThat(job(data, "watch", id).output()).contains("ROLLED_BACK  2 removed");
                assertThat(
                                acm.listCertificates(request ->
                                                request.includes(filter ->
                                                        filter.keyTypesWithStrings(
                                                                "EC_prime256v1", "RSA_2048")))
                                        .certificateSummaryList())
                        .isEmpty();
            }
            assertThat(Files.readString(jobs.log())).doesNotContain(RunningServer.SECRET_KEY);
        }
    }

    private static Commands.Result job(Path data, String... words) {
        List<String> command = new ArrayList<>(List.of(RunningServer.LAUNCHER.toString(), "job"));
        command.addAll(List.of(words));
        Map<String, String> settings = new HashMap<>(RunningServer.standardSettings(data));
        return Commands.run(command, settings);
    }
}
