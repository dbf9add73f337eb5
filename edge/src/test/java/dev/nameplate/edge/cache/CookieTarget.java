package dev.nameplate.edge.cache;

import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;

import java.nio.charset.StandardCharsets;

/// A `Cookie` header and a query: what is picked was there, and picking again changes nothing.
public final class CookieTarget {
    private static final Parts ALL =
            Parts.anyOf(new RequestParts(Selection.NONE, Selection.ALL, Selection.ALL));

    private CookieTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String cookies = ALL.cookies(text);
        String query = ALL.query(text);
        if (cookies.length() > 2 * text.length() + 2
                || !ALL.cookies(cookies).equals(cookies)
                || !ALL.query(query).equals(query)) {
            throw new AssertionError("picked anew: " + cookies + " and " + query);
        }
    }
}
