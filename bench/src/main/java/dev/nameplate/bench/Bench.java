package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/// The command behind `bench/run`: one bench after the other, each with servers of its own.
final class Bench {
    private Bench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = System.out;
        List<String> wanted =
                args.length == 0 || args[0].equals("all")
                        ? List.of(
                                "start",
                                "api",
                                "issue",
                                "issuance",
                                "import",
                                "rsa",
                                "revoke",
                                "edge")
                        : List.of(args);
        Setup setup = Setup.fromEnvironment();
        for (String bench : wanted) {
            Path folder = setup.newFolder(bench);
            out.printf("%n== %s ==  (logs in %s)%n", bench, folder);
            switch (bench) {
                case "api" -> ApiBench.run(setup, folder, out);
                case "edge" -> EdgeBench.run(setup, folder, out);
                case "start" -> StartBench.run(setup, folder, out);
                case "issue" -> IssueBench.run(setup, folder, out);
                case "issuance" -> IssuanceBench.run(setup, folder, out);
                case "import" -> ImportBench.run(setup, folder, out);
                case "rsa" -> RsaBench.run(setup, folder, out);
                case "abuse" -> AbuseBench.run(setup, folder, out);
                case "soak" -> SoakBench.run(setup, folder, out);
                case "million" -> MillionBench.run(setup, folder, out);
                case "warm" -> WarmBench.run(setup, folder, out);
                case "saas" -> SaasBench.run(setup, folder, out);
                case "saas-fair" -> SaasBench.fair(setup, folder, out);
                case "acme" -> AcmeBench.run(setup, folder, out);
                case "revoke" -> RevokeBench.run(setup, folder, out);
                default ->
                        throw new IllegalArgumentException(
                                "there is no bench '"
                                        + bench
                                        + "': api, edge, start, issue, issuance, import, rsa, revoke, abuse, soak, million, warm, saas, saas-fair, acme or all");
            }
        }
    }
}
