package dev.nameplate.edge.config;

/// A choice among a request's headers (names in any case), cookies and query parameters (case-sensitive names).
public record RequestParts(Selection headers, Selection cookies, Selection queryStrings) {
    public static final RequestParts NONE =
            new RequestParts(Selection.NONE, Selection.NONE, Selection.NONE);
}
