package dev.nameplate.wire.codec;

import java.nio.charset.StandardCharsets;

/// Writes elements and text, no more. Unlike the platform's writer it keeps carriage returns and
/// replaces what XML 1.0 cannot hold, so that whatever is stored reads back.
public final class XmlWriter {

    private final StringBuilder out = new StringBuilder(1024).append("<?xml version=\"1.0\"?>");

    public XmlWriter open(String name) {
        out.append('<').append(name).append('>');
        return this;
    }

    public XmlWriter open(String name, String namespace) {
        out.append('<').append(name);
        if (!namespace.isEmpty()) {
            out.append(" xmlns=\"").append(namespace).append('"');
        }
        out.append('>');
        return this;
    }

    public XmlWriter close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    public XmlWriter element(String name, String text) {
        open(name);
        text.codePoints().forEach(this::escape);
        return close(name);
    }

    public byte[] toBytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void escape(int codePoint) {
        switch (codePoint) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '"' -> out.append("&quot;");
            case '\r' -> out.append("&#xD;");
            case '\t', '\n' -> out.append((char) codePoint);
            default -> {
                boolean legal =
                        codePoint >= 0x20
                                && !(codePoint >= 0xD800 && codePoint <= 0xDFFF)
                                && codePoint != 0xFFFE
                                && codePoint != 0xFFFF;
                out.appendCodePoint(legal ? codePoint : 0xFFFD);
            }
        }
    }
}
