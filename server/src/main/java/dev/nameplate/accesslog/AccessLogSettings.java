package dev.nameplate.accesslog;

import java.nio.file.Path;
import java.time.Duration;

/// How the access log is written.
///
/// @param folder made if absent, readable by its owner only
/// @param location stands for the edge's place, `x-edge-location`
/// @param query whether query strings are written; their secrets never are
/// @param cookies whether cookies are written; the secrets of signed ones never are
/// @param maxFileBytes a file that has grown to this is put away, as is one of an earlier day
/// @param maxTotalBytes of all files; the oldest are deleted
public record AccessLogSettings(
        Format format,
        Path folder,
        String location,
        boolean query,
        boolean cookies,
        long maxFileBytes,
        long maxTotalBytes,
        Duration kept) {

    public enum Format {
        /// A JSON object a line.
        JSON,
        /// CloudFront's standard fields, tab-separated, and two of ours after them.
        CLOUDFRONT
    }
}
