package dev.nameplate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The web server behind every edge: nginx without TLS, on the load's core.
final class PeerOrigin implements AutoCloseable {
    /// 1 KB that may be kept for an hour.
    static final String PAGE = "/page";

    /// 1 KB that may not be kept.
    static final String FRESH = "/fresh";

    /// Bodies that may be kept for an hour.
    static final String MEGABYTE = "/1m.bin";

    static final String HUNDRED_MEGABYTES = "/100m.bin";
    static final int PAGE_BYTES = 1024;

    private final RunningServer process;
    private final Path files;
    private final int port;

    private PeerOrigin(RunningServer process, Path files, int port) {
        this.process = process;
        this.files = files;
        this.port = port;
    }

    static PeerOrigin start(Setup setup, Path folder) throws IOException {
        Path files = Files.createDirectory(folder.resolve("files"));
        byte[] page = new byte[PAGE_BYTES];
        Arrays.fill(page, (byte) 'x');
        Files.write(files.resolve(PAGE.substring(1)), page);
        Files.write(files.resolve(FRESH.substring(1)), page);
        Files.write(files.resolve(MEGABYTE.substring(1)), new byte[1 << 20]);
        Files.write(files.resolve(HUNDRED_MEGABYTES.substring(1)), new byte[100 << 20]);
        int port = Setup.freePort();
        Path config = folder.resolve("origin.conf");
        Files.writeString(
                config,
                """
                user root;
                daemon off;
                worker_processes 1;
                pid %1$s/origin.pid;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/origin-body;
                  proxy_temp_path %1$s/origin-proxy;
                  fastcgi_temp_path %1$s/origin-fastcgi;
                  uwsgi_temp_path %1$s/origin-uwsgi;
                  scgi_temp_path %1$s/origin-scgi;
                  open_file_cache max=100 inactive=60s;
                  default_type text/plain;
                  sendfile on;
                  keepalive_requests 1000000000;
                  server {
                    listen 127.0.0.1:%2$d;
                    root %1$s/files;
                    location / { add_header Cache-Control "public, max-age=3600"; }
                    location %3$s { add_header Cache-Control no-store; }
                  }
                }
                """
                        .formatted(folder, port, FRESH));
        String nginx =
                Setup.need(
                        setup.nginx(),
                        "nginx is missing: install the Debian package 'nginx-light'");
        RunningServer process =
                RunningServer.start(
                        setup.loadCore(),
                        folder.resolve("origin.log"),
                        Map.of(),
                        List.of(
                                nginx,
                                "-p",
                                folder.toString(),
                                "-e",
                                folder.resolve("origin-error.log").toString(),
                                "-c",
                                config.toString()));
        return new PeerOrigin(process, files, port);
    }

    int port() {
        return port;
    }

    Path files() {
        return files;
    }

    @Override
    public void close() {
        process.close();
    }
}
