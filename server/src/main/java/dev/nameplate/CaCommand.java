package dev.nameplate;

import dev.nameplate.client.CommandFailed;
import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;
import dev.nameplate.issuer.ca.Authorities;
import dev.nameplate.issuer.ca.AuthorityImport;
import dev.nameplate.issuer.ca.AuthorityRequest;
import dev.nameplate.issuer.ca.AuthorityRotation;
import dev.nameplate.issuer.ca.CertificateLints;
import dev.nameplate.issuer.ca.Hierarchy;
import dev.nameplate.issuer.ca.KnownAuthority;
import dev.nameplate.issuer.ca.RootKey;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.Pem;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

@Command(
        name = "ca",
        description =
                "The embedded certificate authority. Works beside a running server, which obeys a change at its next signature.",
        mixinStandardHelpOptions = true)
final class CaCommand {
    @Mixin private final ConfigOption config;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    CaCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Command(
            name = "root",
            description = "Prints the root certificate (PEM): what a client must trust.",
            mixinStandardHelpOptions = true)
    int root(
            @Option(
                            names = "--all",
                            description =
                                    "earlier roots too, as long as certificates below them may be in use")
                    boolean all) {
        return with(opened -> {
            Hierarchy hierarchy = opened.authorities().hierarchy();
            hierarchy.trustedAt(opened.store().clock().instant()).stream()
                    .limit(all ? Long.MAX_VALUE : 1)
                    .forEach(root -> out().print(Pem.of(root.certificate())));
        });
    }

    @Command(
            name = "list",
            description = "Lists all authorities: which one signs, serial numbers, validity.",
            mixinStandardHelpOptions = true)
    int list() {
        return with(opened -> {
            Hierarchy hierarchy = opened.authorities().hierarchy();
            Instant now = opened.store().clock().instant();
            for (KnownAuthority each : hierarchy.all()) {
                out().printf(
                                "%-8s  %s to %s  key %-9s  %s  %s%n",
                                state(hierarchy, each, now),
                                each.notBefore(),
                                each.notAfter(),
                                each.hasKey() ? "here" : "elsewhere",
                                each.serial(),
                                each.certificate().getSubjectX500Principal());
            }
            out().println(new AuthorityRotation(opened.authorities()).outlook().says());
        });
    }

    private static String state(Hierarchy hierarchy, KnownAuthority authority, Instant now) {
        if (!authority.notAfter().isAfter(now)) {
            return "ended";
        }
        if (authority.equals(hierarchy.signing())) {
            return "signs";
        }
        if (authority.isRoot()) {
            return "root";
        }
        return authority.activatedAt().isPresent() ? "signed" : "between";
    }

    @Command(
            name = "rotate",
            description =
                    "Makes a new intermediate, which signs from now on. The earlier one's certificates go on verifying.",
            mixinStandardHelpOptions = true)
    int rotate(
            @Option(
                            names = "--root-key",
                            paramLabel = "FILE",
                            description =
                                    "the root's key, where it is not in the store; used once and not stored")
                    @Nullable Path rootKey,
            @Option(
                            names = "--new-root",
                            description = "makes a new root as well, which users must then trust")
                    boolean newRoot,
            @Mixin PassphraseOptions passphrase) {
        return change(opened -> {
            AuthorityRotation rotation = new AuthorityRotation(opened.authorities());
            if (newRoot && rootKey != null) {
                throw new CommandFailed("--new-root makes a key of its own; leave --root-key out");
            }
            if (newRoot) {
                return rotation.rotateToNewRoot();
            }
            return rootKey == null
                    ? rotation.rotate()
                    : rotation.rotate(passphrase.readKey(rootKey));
        });
    }

    @Command(
            name = "activate",
            description = "Lets an intermediate sign again that did before.",
            mixinStandardHelpOptions = true)
    int activate(
            @Parameters(paramLabel = "SERIAL", description = "as './nameplate ca list' shows it")
                    String serial) {
        return change(opened -> new AuthorityRotation(opened.authorities()).activate(serial));
    }

    @Command(
            name = "export-root-key",
            description =
                    "Writes a root's key to a file, encrypted (PKCS#8), so that it can rest offline.",
            mixinStandardHelpOptions = true)
    int exportRootKey(
            @Parameters(paramLabel = "FILE", description = "must not exist yet") Path file,
            @Option(
                            names = "--remove",
                            description =
                                    "then takes the key out of the store; rotation needs the file again")
                    boolean remove,
            @Option(
                            names = "--serial",
                            paramLabel = "SERIAL",
                            description =
                                    "an earlier root, as './nameplate ca list' shows it; left out: the present one")
                    @Nullable String serial,
            @Mixin PassphraseOptions passphrase) {
        return with(opened -> {
            RootKey key = new RootKey(opened.authorities());
            KnownAuthority root =
                    key.root(Optional.ofNullable(serial).map(SerialRevocation::serial));
            SecretFile.write(file, key.export(root, passphrase.readTwice()));
            out().println("wrote " + file);
            if (remove) {
                key.remove(root);
                out().println(
                                "the key of %s (serial %s) is not in the store any more; 'ca rotate --root-key FILE' uses the file while this root is the present one"
                                        .formatted(
                                                root.certificate().getSubjectX500Principal(),
                                                root.serial()));
            }
        });
    }

    @Command(
            name = "csr",
            description =
                    "Makes a key for a new intermediate and prints a request (PKCS#10), to be signed by an authority elsewhere.",
            mixinStandardHelpOptions = true)
    int csr(
            @Option(
                            names = "--subject",
                            paramLabel = "NAME",
                            required = true,
                            description = "such as 'O=Example,CN=Example Issuing CA 1'")
                    String subject,
            @Option(
                            names = "--key-type",
                            paramLabel = "TYPE",
                            defaultValue = "EC_P256",
                            description =
                                    "EC_P256, EC_P384, RSA_2048, RSA_3072 or RSA_4096 [${DEFAULT-VALUE}]")
                    KeyAlgorithm keyType) {
        return with(opened ->
                out().print(new AuthorityRequest(opened.authorities()).make(subject, keyType)));
    }

    @Command(
            name = "import",
            description =
                    "Takes in your own authority: the answer to 'ca csr', or an intermediate or root with its key. It signs from now on.",
            mixinStandardHelpOptions = true)
    int importAuthority(
            @Option(
                            names = "--chain",
                            paramLabel = "FILE",
                            required = true,
                            description =
                                    "the authority's certificate and those above it up to the root (PEM)")
                    Path chain,
            @Option(
                            names = "--key",
                            paramLabel = "FILE",
                            description =
                                    "the authority's key (PEM); left out for the answer to 'ca csr'")
                    @Nullable Path key,
            @Mixin PassphraseOptions passphrase) {
        return change(opened ->
                new AuthorityImport(opened.authorities())
                        .take(
                                SecretFile.read(chain),
                                Optional.ofNullable(key).map(passphrase::readKey)));
    }

    @Command(
            name = "revoke",
            description =
                    "Revokes a certificate by its serial number, for good, also while it is in use; or an authority that signs no more.",
            mixinStandardHelpOptions = true)
    int revoke(
            @Parameters(
                            paramLabel = "SERIAL",
                            description = "in hex, as 'openssl x509 -serial' prints it")
                    String serial,
            @Option(
                            names = "--reason",
                            paramLabel = "REASON",
                            defaultValue = "unspecified",
                            description =
                                    "such as key-compromise or superseded; left out: unspecified")
                    String reason) {
        return with(opened ->
                out().println(
                                new SerialRevocation(opened.store(), opened.settings())
                                        .revoke(serial, reason)));
    }

    @Command(
            name = "lints",
            description = "Lists the rules that every certificate passes before it is signed.",
            mixinStandardHelpOptions = true)
    int lints() {
        CertificateLints.all()
                .forEach(
                        lint -> out().printf("%-12s  %s  %s%n", lint.of(), lint.id(), lint.says()));
        out().flush();
        return ExitCode.OK;
    }

    private record Opened(Settings settings, Store store, Authorities authorities) {}

    private int with(Consumer<Opened> work) {
        Settings settings = config.read();
        // What is done is told on standard output; only what is amiss belongs beside it.
        Logging.configure(new Settings.Log(Settings.LogFormat.TEXT, "WARN"));
        try (Store store = Store.existing(settings)) {
            work.accept(
                    new Opened(
                            settings,
                            store,
                            Authorities.open(
                                    store.database(),
                                    store.vault(),
                                    KeyPairs.fastest(store.random()),
                                    store.random(),
                                    store.clock(),
                                    Features.caSettings(settings))));
        }
        out().flush();
        return ExitCode.OK;
    }

    @FunctionalInterface
    private interface Change {
        KnownAuthority make(Opened opened);
    }

    private int change(Change change) {
        return with(opened -> {
            KnownAuthority before = new RootKey(opened.authorities()).root(Optional.empty());
            KnownAuthority signs = change.make(opened);
            X509Certificate root = opened.authorities().root();
            Path file = new CaRootFile(opened.settings().dataDir()).write(root);
            out().println(
                            "%s signs from now on, until %s (serial %s)"
                                    .formatted(
                                            signs.certificate().getSubjectX500Principal(),
                                            signs.notAfter(),
                                            signs.serial()));
            if (!root.equals(before.certificate())) {
                out().println(
                                "the root is now %s; users must trust it: %s"
                                        .formatted(root.getSubjectX500Principal(), file));
                if (before.hasKey()) {
                    out().println(
                                    "the key of the earlier root is still in the store; './nameplate ca export-root-key FILE --serial %s --remove' takes it out"
                                            .formatted(before.serial()));
                }
            }
            AuthorityRotation.Outlook outlook =
                    new AuthorityRotation(opened.authorities()).outlook();
            if (outlook.urgent()) {
                out().println("warning: " + outlook.says());
            }
        });
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
