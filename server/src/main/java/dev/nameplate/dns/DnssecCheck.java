package dev.nameplate.dns;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/// Checks the signatures of an answer that we have, up to a trust anchor.
///
/// What an answer needs for its check (keys, digests, proofs that a zone is unsigned) is fetched anew each time. Where even the
/// anchor's own keys cannot be had, because a resolver in between strips signatures, nothing is said about the answer: such a
/// resolver would make every name bogus.
final class DnssecCheck {
    private static final Logger LOG = LoggerFactory.getLogger(DnssecCheck.class);

    private final List<String> anchors;
    private final Fetch fetch;

    /// Finds what is signed above an answer.
    @FunctionalInterface
    interface Fetch {
        Optional<Message> signed(Name name, int type, Looking looking);
    }

    /// @param reason why it is bogus
    record Result(Dnssec state, String reason) {}

    DnssecCheck(List<String> anchors, Fetch fetch) {
        this.anchors = anchors;
        this.fetch = fetch;
    }

    Result check(Message answer, Looking looking) {
        if (anchors.isEmpty()) {
            boolean signed =
                    answer.getSection(Section.ANSWER).stream()
                            .anyMatch(record -> record.getType() == Type.RRSIG);
            return new Result(signed ? Dnssec.SIGNED : Dnssec.UNSIGNED, "");
        }
        Head head = new Head(answer, looking);
        ValidatingResolver validator = new ValidatingResolver(head);
        try {
            validator.loadTrustAnchors(
                    new ByteArrayInputStream(
                            (String.join("\n", anchors) + "\n")
                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "a trust anchor is not a DS or DNSKEY record in master file form: " + anchors,
                    e);
        }
        Message verdict;
        try {
            verdict =
                    validator
                            .sendAsync(Message.newQuery(answer.getQuestion()), Runnable::run)
                            .toCompletableFuture()
                            .get();
        } catch (ExecutionException e) {
            LOG.debug("no verdict on {}", answer.getQuestion(), e);
            return head.blind ? unknown() : bogus("what it needs to be checked cannot be had");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown();
        }
        if (verdict.getHeader().getFlag(Flags.AD)) {
            return new Result(Dnssec.SECURE, "");
        }
        if (verdict.getRcode() == Rcode.SERVFAIL) {
            return head.blind ? unknown() : bogus(reason(verdict));
        }
        return new Result(Dnssec.UNSIGNED, "");
    }

    private static Result unknown() {
        return new Result(Dnssec.UNCHECKED, "");
    }

    private static Result bogus(String reason) {
        return new Result(Dnssec.BOGUS, reason);
    }

    private static String reason(Message verdict) {
        for (RRset set : verdict.getSectionRRsets(Section.ADDITIONAL)) {
            if (set.getType() == Type.TXT
                    && set.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS
                    && set.first() instanceof TXTRecord text) {
                return String.join("", text.getStrings());
            }
        }
        return "the signatures do not lead up to a trust anchor";
    }

    /// Answers the validator: the question itself with the answer that is judged, everything else from the world. It asks one
    /// thing after the other.
    private final class Head implements Resolver {
        private final Message judged;
        private final Looking looking;
        private volatile boolean first = true;
        private volatile boolean blind;

        Head(Message judged, Looking looking) {
            this.judged = judged;
            this.looking = looking;
        }

        /// The validator goes on in the common pool, where nothing may block.
        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            Record question = query.getQuestion();
            return question.equals(judged.getQuestion())
                    ? CompletableFuture.completedFuture(judged.clone())
                    : CompletableFuture.supplyAsync(
                            () -> fetched(question), Thread::startVirtualThread);
        }

        private Message fetched(Record question) {
            Optional<Message> found = fetch.signed(question.getName(), question.getType(), looking);
            if (first) {
                first = false;
                blind = found.filter(Head::isSigned).isEmpty();
            }
            return found.map(Message::clone)
                    .orElseThrow(() ->
                            new UncheckedIOException(
                                    new IOException(
                                            "no answer to "
                                                    + Type.string(question.getType())
                                                    + " "
                                                    + question.getName())));
        }

        private static boolean isSigned(Message message) {
            return message.getSection(Section.ANSWER).stream()
                    .anyMatch(record -> record.getType() == Type.RRSIG);
        }

        @Override
        public Duration getTimeout() {
            return looking.deadline().left();
        }

        // How questions are put is decided elsewhere: every one asks for signatures, over TCP where
        // it must.

        @Override
        public void setPort(int port) {}

        @Override
        public void setTCP(boolean tcp) {}

        @Override
        public void setIgnoreTruncation(boolean ignored) {}

        @Override
        public void setEDNS(int version, int payload, int flags, List<EDNSOption> options) {}

        @Override
        public void setTSIGKey(TSIG key) {}

        @Override
        public void setTimeout(Duration timeout) {}
    }
}
