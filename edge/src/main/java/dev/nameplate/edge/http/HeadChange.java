package dev.nameplate.edge.http;

import io.netty.handler.codec.http.HttpHeaders;

import java.util.List;
import java.util.Optional;

/// Something done to the head of an answer on its way out, wherever the answer comes from.
public interface HeadChange {
    void apply(int status, HttpHeaders headers);

    /// Equal values promise equal changes to equal headers, whatever the status, so that the result can be kept with a stored
    /// answer. Empty when each answer is changed in its own way.
    Optional<Object> kind();

    /// Both, one after the other.
    default HeadChange then(HeadChange second) {
        HeadChange first = this;
        return new HeadChange() {
            @Override
            public void apply(int status, HttpHeaders headers) {
                first.apply(status, headers);
                second.apply(status, headers);
            }

            @Override
            public Optional<Object> kind() {
                return first.kind().flatMap(one -> second.kind().map(other -> List.of(one, other)));
            }
        };
    }
}
