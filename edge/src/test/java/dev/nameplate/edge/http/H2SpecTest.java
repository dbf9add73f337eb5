package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// The HTTP/2 conformance suite h2spec, out of the jar that carries its program.
@Tag("conformance")
@ExtendWith(NoLeaks.class)
final class H2SpecTest {
    private static final String PROGRAM = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

    @TempDir Path folder;

    @Test
    void allOfItsTestsPass() throws Exception {
        try (TestEdge edge = new TestEdge()) {
            edge.serve("localhost", edge.site("h2spec", edge.passing()));
            String report =
                    run(
                            program().toString(),
                            "-h",
                            "localhost",
                            "-p",
                            Integer.toString(edge.edge().httpsAddress().getPort()),
                            "-t",
                            "-k",
                            "-o",
                            "2");
            assertThat(report).contains("145 tests, 145 passed, 0 skipped, 0 failed");
        }
    }

    private Path program() throws Exception {
        Path archive = folder.resolve("h2spec.tar.gz");
        try (InputStream in = H2SpecTest.class.getClassLoader().getResourceAsStream(PROGRAM)) {
            Files.copy(Objects.requireNonNull(in, PROGRAM), archive);
        }
        run("tar", "-xzf", archive.toString(), "-C", folder.toString());
        return folder.resolve("h2spec");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String output = Files.readString(log);
        assertThat(ended).as(output).isTrue();
        return output;
    }
}
