package dev.nameplate.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Roots, and whether a chain ends at one of them (RFC 5280 section 6).
public final class TrustedRoots {
    /// The JDK has about a hundred and fifty public roots, and a company's bundle no more.
    private static final int MAX_IN_FILE = 1000;

    private final List<Supplier<? extends Collection<X509Certificate>>> sources;

    private TrustedRoots(List<Supplier<? extends Collection<X509Certificate>>> sources) {
        this.sources = List.copyOf(sources);
    }

    /// @param source asked anew each time, since roots change while a server runs
    public static TrustedRoots of(Supplier<? extends Collection<X509Certificate>> source) {
        return new TrustedRoots(List.of(source));
    }

    /// The public roots that the JDK trusts. Read when first needed: most servers never import a certificate.
    public static TrustedRoots ofTheJdk() {
        return of(() -> Jdk.ROOTS);
    }

    private static final class Jdk {
        static final List<X509Certificate> ROOTS = read();

        private static List<X509Certificate> read() {
            try {
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init((KeyStore) null);
                return Stream.of(factory.getTrustManagers())
                        .filter(X509TrustManager.class::isInstance)
                        .map(X509TrustManager.class::cast)
                        .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
                        .toList();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the JDK's trusted roots cannot be read", e);
            }
        }
    }

    /// Those of a PEM file, or of all files of a folder.
    ///
    /// @throws IllegalArgumentException if there is none, or one does not parse
    public static TrustedRoots read(Path path) {
        List<X509Certificate> roots = new ArrayList<>();
        try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path) : Stream.of(path)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                for (Pem.Block block : Pem.read(Files.readAllBytes(file), MAX_IN_FILE)) {
                    if (block.label().endsWith("CERTIFICATE")) {
                        roots.add(X509.decode(block.der()));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the trusted roots cannot be read: " + path, e);
        } catch (CertificateException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    path + " has something that is no certificate: " + e.getMessage(), e);
        }
        if (roots.isEmpty()) {
            throw new IllegalArgumentException(
                    path + " has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
        }
        List<X509Certificate> all = List.copyOf(roots);
        return of(() -> all);
    }

    public TrustedRoots and(TrustedRoots others) {
        return new TrustedRoots(Stream.concat(sources.stream(), others.sources.stream()).toList());
    }

    /// Whether the first of `chain` can be followed to one of these roots through the others. One that only vouches for itself
    /// cannot, though it be among them.
    public boolean vouchFor(List<X509Certificate> chain, Instant at) {
        X509Certificate leaf = chain.getFirst();
        if (leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal())) {
            return false;
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        sources.stream()
                .flatMap(source -> source.get().stream())
                .forEach(root -> anchors.add(new TrustAnchor(root, null)));
        if (anchors.isEmpty()) {
            return false;
        }
        try {
            X509CertSelector wanted = new X509CertSelector();
            wanted.setCertificate(leaf);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, wanted);
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            parameters.setMaxPathLength(Chain.MAX_CERTIFICATES);
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (CertPathBuilderException _) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK follows chains by PKIX", e);
        }
    }
}
