package dev.nameplate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// nginx as a caching TLS proxy with one worker: one P-256 certificate with one CA certificate behind it, as Nameplate sends.
final class NginxServer implements AutoCloseable {
    private static final String REMEDY = "nginx is missing: install the Debian package 'nginx'";

    private final RunningServer process;
    private final InetSocketAddress address;

    private NginxServer(RunningServer process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    static NginxServer start(Setup setup, Path folder, String host, int originPort)
            throws IOException, InterruptedException {
        String program = Setup.need(setup.nginx(), REMEDY);
        makeCertificate(folder, host);
        int port = Setup.freePort();
        Path file = folder.resolve("nginx.conf");
        Files.writeString(file, configuration(folder, host, port, originPort));
        RunningServer process =
                RunningServer.start(
                        setup.serverCore(),
                        folder.resolve("nginx.log"),
                        Map.of(),
                        List.of(
                                program,
                                "-p",
                                folder.toString(),
                                "-e",
                                folder.resolve("nginx-error.log").toString(),
                                "-c",
                                file.toString()));
        return new NginxServer(
                process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /// The cache of open files and the absent access log are what a tuned nginx has.
    private static String configuration(Path folder, String host, int port, int originPort) {
        return """
        user root;
        daemon off;
        worker_processes 1;
        pid %1$s/nginx.pid;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path %1$s/tmp-body;
          proxy_temp_path %1$s/tmp-proxy;
          fastcgi_temp_path %1$s/tmp-fastcgi;
          uwsgi_temp_path %1$s/tmp-uwsgi;
          scgi_temp_path %1$s/tmp-scgi;
          proxy_cache_path %1$s/cache levels=1:2 keys_zone=bench:10m max_size=100m inactive=1h;
          open_file_cache max=1000 inactive=60s;
          open_file_cache_valid 60s;
          sendfile on;
          tcp_nodelay on;
          keepalive_requests 1000000000;
          server {
            listen 127.0.0.1:%3$d ssl http2;
            server_name %2$s;
            ssl_certificate %1$s/chain.pem;
            ssl_certificate_key %1$s/leaf.key;
            ssl_protocols TLSv1.3;
            location / {
              proxy_pass http://127.0.0.1:%4$d;
              proxy_cache bench;
              proxy_cache_valid 200 1h;
              add_header X-Cache $upstream_cache_status;
            }
          }
        }
        """
                .formatted(folder, host, port, originPort);
    }

    private static void makeCertificate(Path folder, String host)
            throws IOException, InterruptedException {
        String newKey =
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -sha256 ";
        String script =
                newKey
                        + "-subj /O=Bench/CN=BenchCA -keyout ca.key -out ca.pem\n"
                        + newKey.replace("-x509 ", "").replace("-days 30 ", "")
                        + "-subj /CN="
                        + host
                        + " -keyout leaf.key -out leaf.csr\n"
                        + "printf 'subjectAltName=DNS:"
                        + host
                        + "\\nextendedKeyUsage=serverAuth\\n' > leaf.ext\n"
                        + "openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -sha256"
                        + " -extfile leaf.ext -out leaf.pem\n"
                        + "cat leaf.pem ca.pem > chain.pem\n";
        Process process =
                new ProcessBuilder("bash", "-ec", script)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("openssl.log").toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    "openssl could not make nginx's certificate; see " + folder);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    Path caRoot(Path folder) {
        return folder.resolve("ca.pem");
    }

    Duration cpu() {
        return process.cpu();
    }

    @Override
    public void close() {
        process.close();
    }
}
