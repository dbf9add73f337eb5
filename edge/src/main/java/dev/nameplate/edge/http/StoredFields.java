package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// The fields of a stored answer, not laid out: [StoredFieldsEncoder] alone writes them, and knows most of them from the last
/// time. To anybody else there is nothing here but the status.
final class StoredFields extends DefaultHttp2Headers {
    /// What is the same for as long as the same answer is given within one second.
    record Repeated(
            int status,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds,
            @Nullable AsciiString alternative) {
        /// A comparison by identity of what is shared anyway.
        @SuppressWarnings("ReferenceEquality")
        boolean isSame(Repeated other) {
            return head == other.head
                    && ageSeconds == other.ageSeconds
                    && verdict == other.verdict
                    && status == other.status
                    && alternative == other.alternative;
        }

        Http2Headers fields() {
            AsciiString[] fixed = head.fields();
            int n = fixed.length;
            AsciiString[] all = Arrays.copyOf(fixed, n + (alternative == null ? 4 : 6));
            all[n] = HttpHeaderNames.AGE;
            all[n + 1] = new AsciiString(Long.toString(ageSeconds));
            all[n + 2] = AnswerHeaders.X_CACHE;
            all[n + 3] = AnswerHeaders.xCache(verdict);
            if (alternative != null) {
                all[n + 4] = AnswerHeaders.ALT_SVC;
                all[n + 5] = alternative;
            }
            return ReadOnlyHttp2Headers.serverHeaders(false, statusText(), all);
        }

        private AsciiString statusText() {
            return HttpResponseStatus.valueOf(status).codeAsText();
        }
    }

    private final Repeated repeated;
    private final String requestId;

    StoredFields(Repeated repeated, String requestId) {
        super(false, 1);
        this.repeated = repeated;
        this.requestId = requestId;
    }

    Repeated repeated() {
        return repeated;
    }

    String requestId() {
        return requestId;
    }

    @Override
    public CharSequence status() {
        return repeated.statusText();
    }
}
