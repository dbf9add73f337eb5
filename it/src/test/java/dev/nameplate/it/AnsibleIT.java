package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ansible's `acm_certificate`, `cloudfront_distribution` and `cloudfront_invalidation`: a play that ran changes nothing when
/// it runs again, changes what was changed in it, and another takes all away. The plays are the fixtures `ansible/*.yml`.
@Tag("slow")
@Tag("conformance")
@SuppressWarnings(
        "deprecation") // AWS deprecates DefaultTTL in a distribution, which the module still sends.
final class AnsibleIT {
    private static final Pattern CHANGED = Pattern.compile("\\bok=\\d+\\s+changed=(\\d+)\\s");

    @TempDir private Path folder;

    @Test
    void aPlayThatRanChangesNothingUntilItIsChangedAndIsTakenBack() throws IOException {
        Parts.need("Ansible", "ansible-playbook", "--version");
        Parts.need(
                "Ansible's collection community.aws",
                "ansible-doc",
                "-t",
                "module",
                "community.aws.cloudfront_distribution");
        // An elliptic one is hidden from the module's plain ListCertificates, and would be imported
        // anew each time.
        ForeignCa ca = ForeignCa.make(folder.resolve("ca"));
        ForeignCa.Triple triple = ca.issueRsa("www.ansible.example");
        try (RunningServer server =
                        RunningServer.start(folder.resolve("data"), ca.trusted(), List.of());
                CloudFrontClient cloudFront = SdkClients.of(server).cloudFront();
                AcmClient acm = SdkClients.of(server).acm()) {
            assertThat(changed(play(server, triple, "site.yml", 60)))
                    .as("certificate, distribution, invalidation")
                    .isEqualTo(3);
            DistributionSummary made =
                    cloudFront.listDistributions(_ -> {}).distributionList().items().getFirst();
            assertThat(made.aliases().items()).containsExactly("www.ansible.example");
            assertThat(changed(play(server, triple, "site.yml", 60))).isZero();

            assertThat(changed(play(server, triple, "site.yml", 120))).isEqualTo(1);
            DistributionConfig kept =
                    cloudFront
                            .getDistributionConfig(request -> request.id(made.id()))
                            .distributionConfig();
            assertThat(kept.comment()).isEqualTo("kept for 120 seconds");
            assertThat(kept.defaultCacheBehavior().defaultTTL()).isEqualTo(120);
            assertThat(changed(play(server, triple, "site.yml", 120))).isZero();

            assertThat(changed(play(server, triple, "gone.yml", 120))).isEqualTo(2);
            assertThat(cloudFront.listDistributions(_ -> {}).distributionList().quantity())
                    .isZero();
            assertThat(acm.listCertificates(_ -> {}).certificateSummaryList()).isEmpty();
            assertThat(changed(play(server, triple, "gone.yml", 120))).isZero();
        }
    }

    private static int changed(String output) {
        Matcher recap = CHANGED.matcher(output);
        assertThat(recap.find()).as(output).isTrue();
        return Integer.parseInt(recap.group(1));
    }

    private String play(RunningServer server, ForeignCa.Triple triple, String file, int seconds)
            throws IOException {
        Path play = folder.resolve(file);
        Files.writeString(play, Fixtures.text("ansible/" + file));
        List<String> command =
                new ArrayList<>(List.of("ansible-playbook", "-i", "localhost,", "--diff"));
        Map<String, String> variables =
                Map.of(
                        "ansible_python_interpreter", "{{ ansible_playbook_python }}",
                        "endpoint", server.api().toString(),
                        "certificate", triple.certificate().toString(),
                        "private_key", triple.privateKey().toString(),
                        "chain", triple.chain().toString());
        variables.forEach(
                (name, value) -> command.addAll(List.of("-e", name + "='" + value + "'")));
        command.addAll(List.of("-e", "{\"seconds\": " + seconds + "}", play.toString()));
        Commands.Result result = Commands.run(command, environment());
        assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        return result.output();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("AWS_ACCESS_KEY_ID", RunningServer.ACCESS_KEY);
        environment.put("AWS_SECRET_ACCESS_KEY", RunningServer.SECRET_KEY);
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("AWS_CONFIG_FILE", folder.resolve("none").toString());
        environment.put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        environment.put("ANSIBLE_CONFIG", folder.resolve("none.cfg").toString());
        environment.put("ANSIBLE_LOCAL_TEMP", folder.resolve("local").toString());
        environment.put("ANSIBLE_REMOTE_TEMP", folder.resolve("remote").toString());
        environment.put("ANSIBLE_NOCOLOR", "1");
        // A number stays a number when it comes out of a template.
        environment.put("ANSIBLE_JINJA2_NATIVE", "True");
        return environment;
    }
}
