import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Takes the signatures out of the jars of a folder, in place: `java UnsignedJars.java FOLDER`.
///
/// A JVM digests every class of a signed jar as it loads it, reads a manifest that names them all, and keeps none of them in
/// its AOT cache; for Bouncy Castle and Corretto that was a third of a start's CPU. Nobody checked who had signed: Maven
/// verifies what it downloads by checksum, and OpenJDK asks no signature of a security provider. A jar that is not signed
/// is not touched, so a second run does nothing.
public final class UnsignedJars {
    private UnsignedJars() {}

    public static void main(String[] args) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
            for (Path jar : jars) {
                if (isSigned(jar)) {
                    unsign(jar);
                }
            }
        }
    }

    private static boolean isSigned(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile(), false)) {
            return file.stream().anyMatch(UnsignedJars::isSignature);
        }
    }

    private static boolean isSignature(JarEntry entry) {
        String name = entry.getName().toUpperCase(Locale.ROOT);
        return name.startsWith("META-INF/")
                && name.indexOf('/', 9) < 0
                && (name.startsWith("SIG-", 9)
                        || List.of(".SF", ".RSA", ".DSA", ".EC").stream().anyMatch(name::endsWith));
    }

    private static void unsign(Path jar) throws IOException {
        Path aside = jar.resolveSibling(jar.getFileName() + ".unsigned");
        try (JarFile from = new JarFile(jar.toFile(), false);
                OutputStream file = Files.newOutputStream(aside);
                JarOutputStream to = new JarOutputStream(file, unsigned(from.getManifest()))) {
            for (JarEntry entry : Collections.list(from.entries())) {
                if (!isSignature(entry) && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    JarEntry copy = new JarEntry(entry.getName());
                    copy.setTime(entry.getTime());
                    to.putNextEntry(copy);
                    from.getInputStream(entry).transferTo(to);
                    to.closeEntry();
                }
            }
        }
        Files.move(aside, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    /// The sections of single entries hold the digests.
    private static Manifest unsigned(Manifest signed) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putAll(signed.getMainAttributes());
        return manifest;
    }
}
