package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
/// `NAMEPLATE_TERRAFORM_MIRROR` may name a folder that mirrors the provider; else Terraform's own settings decide where it
/// comes from.
@Tag("slow")
@Tag("conformance")
final class TerraformIT {
    private static final List<String> FILES = List.of("provider.tf", "lightsail.tf");
    private static final String MIRROR = "NAMEPLATE_TERRAFORM_MIRROR";

    /// What `plan -detailed-exitcode` ends with where nothing has to change.
    private static final int NO_CHANGES = 0;

    @TempDir private Path folder;

    @Test
    void whatIsAppliedNeedsNoChangeAndIsGoneWhenDestroyed() throws IOException {
        Parts.need("Terraform", "terraform", "version");
        Path configuration = Files.createDirectory(folder.resolve("configuration"));
        for (String file : FILES) {
            Files.writeString(configuration.resolve(file), Fixtures.text("terraform/" + file));
        }
        try (RunningServer server = RunningServer.start(folder.resolve("data"));
                LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            Terraform terraform = new Terraform(configuration, environment(server));
            Commands.Result init = terraform.run("init");
            if (init.exit() != 0) {
                Parts.absent(
                        "Terraform's AWS provider",
                        "`terraform init` fails; "
                                + MIRROR
                                + " may name a folder that mirrors it.\n"
                                + init.errors());
            }
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
            Commands.Result plan = terraform.run("plan", "-detailed-exitcode", "-parallelism=30");
            assertThat(plan.exit()).as(plan.output() + plan.errors()).isEqualTo(NO_CHANGES);
            terraform.succeed("destroy", "-auto-approve", "-parallelism=30");
            assertThat(lightsail.getDomains(_ -> {}).domains()).isEmpty();
            assertThat(lightsail.getCertificates(_ -> {}).certificates()).isEmpty();
        }
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

        void succeed(String command, String... options) {
            Commands.Result result = run(command, options);
            assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        }
    }
}
