package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Terraform with the AWS provider, pointed at a running server by nothing but `endpoints`: what is applied needs no change
/// when planned again, and is gone when destroyed. The configuration is in the fixtures `terraform/*.tf`.
///
/// `TERRAFORM_PROVIDER_MIRROR` may name a folder that mirrors the provider; else Terraform's own settings decide where it
/// comes from.
@Tag("slow")
@Tag("conformance")
final class TerraformIT {
    private static final String MIRROR = "TERRAFORM_PROVIDER_MIRROR";

    /// What `plan -detailed-exitcode` ends with where nothing has to change.
    private static final int NO_CHANGES = 0;

    @TempDir private Path folder;

    @Test
    void whatIsAppliedNeedsNoChangeAndIsGoneWhenDestroyed() throws IOException {
        try (RunningServer server = RunningServer.start(folder.resolve("data"));
                LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            Terraform terraform = prepared(server, "lightsail.tf", Map.of());
            terraform.succeed("apply", "-auto-approve", "-parallelism=30");
            Await.until(
                    Duration.ofSeconds(60),
                    "the certificate to be issued",
                    () ->
                            lightsail
                                            .getCertificates(
                                                    request -> request.certificateName("site"))
                                            .certificates()
                                            .getFirst()
                                            .certificateDetail()
                                            .status()
                                    == CertificateStatus.ISSUED);
            terraform.plansNothing();
            terraform.succeed("destroy", "-auto-approve", "-parallelism=30");
            assertThat(lightsail.getDomains(_ -> {}).domains()).isEmpty();
            assertThat(lightsail.getCertificates(_ -> {}).certificates()).isEmpty();
        }
    }

    @Test
    void anAcmCertificateIsIssuedOrImportedAndImportedAgainUnderItsArn() throws IOException {
        ForeignCa ca = ForeignCa.make(Files.createDirectory(folder.resolve("ca")));
        Map<String, String> first = variables(ca.issue("imported.example"));
        Map<String, String> second = variables(ca.issue("imported.example", "more.example"));
        try (RunningServer server = RunningServer.start(folder.resolve("data"));
                LightsailClient lightsail = SdkClients.of(server).lightsail();
                AcmClient acm = SdkClients.of(server).acm()) {
            lightsail.createDomain(request -> request.domainName("acm-tf.example"));
            Terraform terraform = prepared(server, "acm.tf", first);
            terraform.succeed("apply", "-auto-approve");
            String imported = terraform.output("imported");
            CertificateDetail issued = described(acm, terraform.output("issued"));
            assertThat(issued.statusAsString()).isEqualTo("ISSUED");
            assertThat(issued.options().certificateTransparencyLoggingPreferenceAsString())
                    .isEqualTo("DISABLED");
            terraform.plansNothing();

            Terraform again = prepared(server, "acm.tf", second);
            again.succeed("apply", "-auto-approve");
            assertThat(again.output("imported")).isEqualTo(imported);
            assertThat(described(acm, imported).subjectAlternativeNames())
                    .containsExactly("imported.example", "more.example");
            again.plansNothing();

            again.succeed("destroy", "-auto-approve");
            assertThat(
                            acm.listCertificates(request ->
                                            request.includes(all ->
                                                    all.keyTypes(KeyAlgorithm.knownValues())))
                                    .certificateSummaryList())
                    .isEmpty();
        }
    }

    @Test
    void aKeyGroupsKeyOpensADistributionAndAllIsGone() throws Exception {
        Path key = folder.resolve("key.pem");
        Path open = folder.resolve("key.pub");
        Commands.output("openssl", "genpkey", "-algorithm", "RSA", "-out", key.toString());
        Commands.output(
                "openssl", "pkey", "-in", key.toString(), "-pubout", "-out", open.toString());
        try (OriginServer origin = OriginServer.start();
                RunningServer server = RunningServer.start(folder.resolve("data"))) {
            Terraform terraform =
                    prepared(
                            server,
                            "signed.tf",
                            Map.of(
                                    "TF_VAR_signing_key", open.toString(),
                                    "TF_VAR_origin_port", Integer.toString(origin.port())));
            terraform.succeed("apply", "-auto-approve");
            Visitor visitor = new Visitor(server, server.caRoot());
            String name = terraform.output("name");
            assertThat(visitor.fetch(name, "/film").body()).contains("<Code>MissingKey</Code>");
            String signed =
                    SignedPath.of(
                            "https://" + name + ":" + server.edgeHttps().getPort(),
                            "/film",
                            terraform.output("key"),
                            key);
            assertThat(visitor.fetchWhenServed(name, signed).body())
                    .isEqualTo(OriginServer.page("/film"));
            terraform.plansNothing();

            // A key that is in a group is not deleted, so the comment alone changes in place.
            Path configuration = folder.resolve("configuration").resolve("signed.tf");
            Files.writeString(
                    configuration,
                    Files.readString(configuration).replace("signs URLs", "signs films"));
            terraform.succeed("apply", "-auto-approve");
            terraform.plansNothing();
            terraform.succeed("destroy", "-auto-approve");
        }
    }

    @Test
    void aDistributionWithItsPoliciesIsMadeChangedAndDestroyed() throws IOException {
        try (RunningServer server = RunningServer.start(folder.resolve("data"));
                CloudFrontClient cloudFront = SdkClients.of(server).cloudFront()) {
            Terraform terraform = prepared(server, "cloudfront.tf", Map.of("TF_VAR_seconds", "60"));
            terraform.succeed("apply", "-auto-approve", "-parallelism=30");
            String id = terraform.output("distribution");
            assertThat(cloudFront.getDistribution(r -> r.id(id)).distribution().status())
                    .isEqualTo("Deployed");
            terraform.plansNothing();

            Terraform again = prepared(server, "cloudfront.tf", Map.of("TF_VAR_seconds", "120"));
            again.succeed("apply", "-auto-approve", "-parallelism=30");
            assertThat(again.output("distribution")).isEqualTo(id);
            String policy = again.output("policy");
            assertThat(
                            cloudFront
                                    .getCachePolicyConfig(r -> r.id(policy))
                                    .cachePolicyConfig()
                                    .defaultTTL())
                    .isEqualTo(120);
            assertThat(
                            cloudFront
                                    .getDistributionConfig(r -> r.id(id))
                                    .distributionConfig()
                                    .comment())
                    .isEqualTo("kept for 120 seconds");
            again.plansNothing();

            again.succeed("destroy", "-auto-approve", "-parallelism=30");
            assertThat(cloudFront.listDistributions(_ -> {}).distributionList().quantity())
                    .isZero();
            assertThat(
                            cloudFront
                                    .listCachePolicies(r -> r.type("custom"))
                                    .cachePolicyList()
                                    .quantity())
                    .isZero();
            assertThat(
                            cloudFront
                                    .listOriginAccessControls(_ -> {})
                                    .originAccessControlList()
                                    .quantity())
                    .isZero();
        }
    }

    @Test
    void aLightsailDistributionIsMadeChangedAndDestroyed() throws IOException {
        try (RunningServer server = RunningServer.start(folder.resolve("data"));
                LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            Terraform terraform =
                    prepared(
                            server,
                            "lightsail-distribution.tf",
                            Map.of("TF_VAR_bundle", "small_1_0"));
            terraform.succeed("apply", "-auto-approve");
            terraform.plansNothing();
            Terraform again =
                    prepared(
                            server,
                            "lightsail-distribution.tf",
                            Map.of("TF_VAR_bundle", "medium_1_0"));
            again.succeed("apply", "-auto-approve");
            assertThat(lightsail.getDistributions(_ -> {}).distributions().getFirst().bundleId())
                    .isEqualTo("medium_1_0");
            again.plansNothing();
            again.succeed("destroy", "-auto-approve");
            assertThat(lightsail.getDistributions(_ -> {}).distributions()).isEmpty();
        }
    }

    private static CertificateDetail described(AcmClient acm, String arn) {
        return acm.describeCertificate(request -> request.certificateArn(arn)).certificate();
    }

    private static Map<String, String> variables(ForeignCa.Triple triple) {
        return Map.of(
                "TF_VAR_certificate", triple.certificate().toString(),
                "TF_VAR_private_key", triple.privateKey().toString(),
                "TF_VAR_chain", triple.chain().toString());
    }

    /// The configuration in `file`, initialised, where that was not done before.
    private Terraform prepared(RunningServer server, String file, Map<String, String> variables)
            throws IOException {
        Parts.need("Terraform", "terraform", "version");
        Path configuration = Files.createDirectories(folder.resolve("configuration"));
        for (String each : List.of("provider.tf", file)) {
            Files.writeString(configuration.resolve(each), Fixtures.text("terraform/" + each));
        }
        Map<String, String> environment = environment(server);
        environment.putAll(variables);
        Terraform terraform = new Terraform(configuration, environment);
        Commands.Result init = terraform.run("init");
        if (init.exit() != 0) {
            Parts.absent(
                    "Terraform's AWS provider",
                    "`terraform init` fails; "
                            + MIRROR
                            + " may name a folder that mirrors it.\n"
                            + init.errors());
        }
        return terraform;
    }

    private Map<String, String> environment(RunningServer server) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("TF_VAR_endpoint", server.api().toString());
        environment.put("TF_IN_AUTOMATION", "1");
        environment.put("CHECKPOINT_DISABLE", "1");
        environment.put("AWS_ACCESS_KEY_ID", RunningServer.ACCESS_KEY);
        environment.put("AWS_SECRET_ACCESS_KEY", RunningServer.SECRET_KEY);
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("AWS_CONFIG_FILE", folder.resolve("none").toString());
        environment.put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        Optional<String> mirror = Optional.ofNullable(System.getenv(MIRROR));
        if (mirror.isPresent()) {
            Path settings =
                    Files.writeString(
                            folder.resolve("mirror.tfrc"),
                            """
                            provider_installation {
                              filesystem_mirror {
                                path = "%s"
                              }
                            }
                            """
                                    .formatted(mirror.get()));
            environment.put("TF_CLI_CONFIG_FILE", settings.toString());
        }
        return environment;
    }

    private record Terraform(Path configuration, Map<String, String> environment) {
        Commands.Result run(String command, String... options) {
            List<String> line = new ArrayList<>();
            line.addAll(List.of("terraform", "-chdir=" + configuration, command, "-no-color"));
            line.add("-input=false");
            line.addAll(List.of(options));
            return Commands.run(line, environment);
        }

        void plansNothing() {
            Commands.Result plan = run("plan", "-detailed-exitcode", "-parallelism=30");
            assertThat(plan.exit()).as(plan.output() + plan.errors()).isEqualTo(NO_CHANGES);
        }

        String output(String name) {
            Commands.Result result =
                    Commands.run(
                            List.of(
                                    "terraform",
                                    "-chdir=" + configuration,
                                    "output",
                                    "-no-color",
                                    "-raw",
                                    name),
                            environment);
            assertThat(result.exit()).as(result.errors()).isZero();
            return result.output().strip();
        }

        void succeed(String command, String... options) {
            Commands.Result result = run(command, options);
            assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        }
    }
}
