package dev.nameplate.edge.http;

import java.util.Optional;

/// What is sent in place of errors.
public interface ErrorDiversion {
    /// @param path of the page
    /// @param status to send it with
    record Page(String path, int status) {}

    Optional<Page> page(int status);

    /// Answers the request for a page.
    void serve(Exchange page);
}
