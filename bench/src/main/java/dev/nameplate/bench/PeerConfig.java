package dev.nameplate.bench;

import java.nio.file.Path;
import java.util.List;

/// A program's configuration file and arguments.
record PeerConfig(String file, String text, List<String> arguments) {
    /// The cache of open files and the absent access log are what a tuned nginx has. Its directive for HTTP/2 changed with
    /// 1.25.1; the old one is understood by both.
    static PeerConfig nginx(
            Peers peers, PeerCertificates certificates, PeerOrigin origin, Path folder, int port) {
        String in = peers.inside(folder);
        return new PeerConfig(
                "nginx.conf",
                """
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
                  proxy_cache_path %1$s/cache levels=1:2 keys_zone=bench:10m max_size=1g inactive=1h use_temp_path=off;
                  open_file_cache max=1000 inactive=60s;
                  open_file_cache_valid 60s;
                  sendfile on;
                  tcp_nodelay on;
                  keepalive_requests 1000000000;
                  upstream origin { server 127.0.0.1:%3$d; keepalive 128; keepalive_requests 1000000000; }
                  server {
                    listen 127.0.0.1:%2$d ssl http2;
                    server_name %4$s;
                    ssl_certificate %5$s;
                    ssl_certificate_key %6$s;
                    ssl_protocols TLSv1.3;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    location / {
                      proxy_pass http://origin;
                      proxy_cache bench;
                      proxy_cache_valid 200 1h;
                      add_header X-Cache $upstream_cache_status;
                    }
                    location %7$s { proxy_pass http://origin; }
                  }
                }
                """
                        .formatted(
                                in,
                                port,
                                origin.port(),
                                certificates.host(),
                                peers.inside(certificates.chain()),
                                peers.inside(certificates.key()),
                                PeerOrigin.FRESH),
                List.of("-p", in, "-e", in + "/nginx-error.log", "-c", in + "/nginx.conf"));
    }

    static PeerConfig haproxy(
            Peers peers, PeerCertificates certificates, PeerOrigin origin, Path folder, int port) {
        return new PeerConfig(
                "haproxy.cfg",
                """
                global
                  nbthread 1
                  maxconn 8000
                  ssl-default-bind-options ssl-min-ver TLSv1.3
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                  http-reuse always
                cache bench
                  total-max-size 400
                  max-object-size 150000000
                  max-age 3600
                frontend edge
                  bind 127.0.0.1:%1$d ssl crt %2$s alpn h2,http/1.1
                  acl fresh path_beg %3$s
                  use_backend proxied if fresh
                  default_backend cached
                backend cached
                  http-request cache-use bench
                  http-response cache-store bench
                  http-response set-header X-Cache MISS if !{ res.cache_hit }
                  http-response set-header X-Cache HIT if { res.cache_hit }
                  server origin 127.0.0.1:%4$d
                backend proxied
                  server origin 127.0.0.1:%4$d
                """
                        .formatted(
                                port,
                                peers.inside(certificates.both()),
                                PeerOrigin.FRESH,
                                origin.port()),
                List.of("-db", "-f", peers.inside(folder) + "/haproxy.cfg"));
    }

    static PeerConfig caddy(
            Peers peers, PeerCertificates certificates, PeerOrigin origin, Path folder, int port) {
        return new PeerConfig(
                "Caddyfile",
                """
                {
                  admin off
                  auto_https off
                  servers {
                    protocols h1 h2
                  }
                }
                https://%s:%d {
                  bind 127.0.0.1
                  tls %s %s {
                    protocols tls1.3
                  }
                  handle %s* {
                    reverse_proxy 127.0.0.1:%d
                  }
                  handle %s {
                    header X-Cache HIT
                    header Content-Type text/plain
                    respond "%s" 200
                  }
                  handle {
                    header X-Cache HIT
                    root * %s
                    file_server
                  }
                }
                """
                        .formatted(
                                certificates.host(),
                                port,
                                peers.inside(certificates.chain()),
                                peers.inside(certificates.key()),
                                PeerOrigin.FRESH,
                                origin.port(),
                                PeerOrigin.PAGE,
                                "x".repeat(PeerOrigin.PAGE_BYTES),
                                peers.inside(origin.files())),
                List.of(
                        "run",
                        "--adapter",
                        "caddyfile",
                        "--config",
                        peers.inside(folder) + "/Caddyfile"));
    }
}
