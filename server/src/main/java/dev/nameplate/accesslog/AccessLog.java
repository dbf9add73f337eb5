package dev.nameplate.accesslog;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;

import dev.nameplate.edge.config.RequestEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Writes a line for each request, on a thread of its own behind a bounded queue: a disk that is slow or full costs lines, which
/// are counted, and never a visitor's time.
///
/// A line reaches the file as soon as the writer has caught up. A process that is killed loses what is queued; one that is
/// stopped loses nothing.
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int MOST_QUEUED = 65_536;

    /// Characters; what visitors send must not decide how much memory the queue takes.
    private static final long MOST_WEIGHT = 32L << 20;

    private static final int BATCH = 1_024;
    private static final long LOOK_MILLIS = 1_000;
    private static final String NAME = "access";

    private final AccessLogSettings settings;
    private final LineFormat format;
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(MOST_QUEUED);
    private final AtomicLong weight = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final RollingFileAppender<String> file;
    private final Thread writer;
    private volatile boolean closed; // set by whoever closes, read by the writer

    private AccessLog(AccessLogSettings settings) {
        this.settings = settings;
        this.format = new LineFormat(settings);
        this.file = open(settings, new Lines(format.header()));
        this.writer = Thread.ofPlatform().name("access-log").daemon().unstarted(this::write);
    }

    /// @throws UncheckedIOException if the folder cannot be made
    public static AccessLog start(AccessLogSettings settings) {
        AccessLog log = new AccessLog(settings);
        log.writer.start();
        return log;
    }

    /// Takes what the line needs; never waits.
    public void log(RequestEvent event) {
        Entry entry = Entry.of(event, settings);
        int heavy = entry.weight();
        if (weight.addAndGet(heavy) > MOST_WEIGHT || !queue.offer(entry)) {
            weight.addAndGet(-heavy);
            dropped.increment();
        }
    }

    /// Lines that were not written because the queue was full.
    public long dropped() {
        return dropped.sum();
    }

    private void write() {
        List<Entry> batch = new ArrayList<>(BATCH);
        try {
            while (!closed || !queue.isEmpty()) {
                Entry first = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                int more = queue.drainTo(batch, BATCH - 1);
                write(batch);
                batch.clear();
                if (more < BATCH - 1) {
                    file.getOutputStream().flush();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The appender's streams report by themselves, and go on.
            throw new UncheckedIOException(e);
        }
    }

    private void write(List<Entry> batch) {
        for (Entry entry : batch) {
            weight.addAndGet(-entry.weight());
            try {
                file.doAppend(format.line(entry));
            } catch (RuntimeException e) {
                dropped.increment();
                LOG.warn("a line of the access log could not be written", e);
            }
        }
    }

    private static RollingFileAppender<String> open(AccessLogSettings settings, Lines lines) {
        Path folder = settings.folder();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the folder of the access log, " + folder + ", cannot be made: " + e, e);
        }
        if (!Files.isWritable(folder)) {
            throw new UncheckedIOException(
                    new IOException(
                            "the folder of the access log, "
                                    + folder
                                    + ", is not writable; give another one or its rights"));
        }
        ContextBase context = new ContextBase();
        context.start();
        RollingFileAppender<String> appender = new OwnersOnly();
        appender.setContext(context);
        appender.setName(NAME);
        appender.setFile(folder.resolve(NAME + ".log").toString());
        appender.setImmediateFlush(false);
        SizeAndTimeBasedRollingPolicy<String> rolling = new SizeAndTimeBasedRollingPolicy<>();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(folder.resolve(NAME + "-%d{yyyy-MM-dd}.%i.log.gz").toString());
        rolling.setMaxFileSize(new FileSize(settings.maxFileBytes()));
        rolling.setMaxHistory(Math.toIntExact(settings.kept().toDays()));
        rolling.setTotalSizeCap(new FileSize(settings.maxTotalBytes()));
        rolling.setCleanHistoryOnStart(true);
        rolling.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(rolling);
        lines.setContext(context);
        lines.start();
        appender.setEncoder(lines);
        appender.start();
        return appender;
    }

    /// Writes what is queued. Call it after the edge has stopped.
    @Override
    public void close() {
        closed = true;
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.stop();
        ((ContextBase) file.getContext()).stop();
    }

    /// Visitors' addresses and what they asked are nobody else's to read, whatever the umask and the folder allow.
    private static final class OwnersOnly extends RollingFileAppender<String> {
        private static final Set<PosixFilePermission> MODE =
                PosixFilePermissions.fromString("rw-------");

        @Override
        public void openFile(String name) throws IOException {
            Path path = Path.of(name);
            try {
                Files.createFile(path, PosixFilePermissions.asFileAttribute(MODE));
            } catch (FileAlreadyExistsException _) {
                shut(path);
            }
            // What was put away before: compressing makes files of its own.
            try (DirectoryStream<Path> archives =
                    Files.newDirectoryStream(path.resolveSibling(""), NAME + "-*.log.gz")) {
                for (Path archive : archives) {
                    shut(archive);
                }
            }
            super.openFile(name);
        }

        /// A link or a pipe is what an operator put there.
        private static void shut(Path path) throws IOException {
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.setPosixFilePermissions(path, MODE);
            }
        }
    }

    /// Lines as they are, under a header that each file begins with.
    private static final class Lines extends EncoderBase<String> {
        private final String header;

        Lines(String header) {
            this.header = header;
        }

        @Override
        public byte[] headerBytes() {
            return header.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] encode(String line) {
            return line.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] footerBytes() {
            return new byte[0];
        }
    }
}
