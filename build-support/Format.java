import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Formats every Java file of the project (`apply`), or fails and names those that are not formatted (`check`).
///
/// The formatter parses with the compiler of the JDK it runs on, so it must run on JDK 25 even when Maven runs on 17.
/// That is why it is started here through the toolchain and not by a plugin inside Maven's own JVM.
final class Format {
    public static void main(String[] args) throws IOException {
        boolean apply = args[0].equals("apply");
        Path root = Path.of(args[1]);
        Formatter formatter =
                new Formatter(
                        JavaFormatterOptions.builder()
                                .style(JavaFormatterOptions.Style.AOSP)
                                .formatJavadoc(false)
                                .build());
        List<Path> files;
        try (Stream<Path> tree = Files.walk(root)) {
            files =
                    tree.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !root.relativize(file).toString().contains("target/"))
                            .sorted()
                            .toList();
        }
        List<String> unformatted =
                files.parallelStream()
                        .filter(file -> !isFormatted(formatter, file, apply))
                        .map(file -> root.relativize(file).toString())
                        .toList();
        if (unformatted.isEmpty()) {
            return;
        }
        if (apply) {
            System.out.println("Formatted " + unformatted.size() + " files.");
            return;
        }
        List<String> message = new ArrayList<>(unformatted);
        message.addFirst("Not formatted (mend with: mvn -q -N -Dformat=apply validate):");
        System.err.println(String.join("\n  ", message));
        System.exit(1);
    }

    private static boolean isFormatted(Formatter formatter, Path file, boolean apply) {
        try {
            String source = Files.readString(file);
            String unused = RemoveUnusedImports.removeUnusedImports(source);
            String ordered = ImportOrderer.reorderImports(unused, JavaFormatterOptions.Style.AOSP);
            String formatted = formatter.formatSource(ordered);
            if (apply && !formatted.equals(source)) {
                Files.writeString(file, formatted);
            }
            return formatted.equals(source);
        } catch (IOException | FormatterException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }
}
