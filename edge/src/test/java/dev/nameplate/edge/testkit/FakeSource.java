package dev.nameplate.edge.testkit;

import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.config.TicketKey;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/// A source over two maps, with wildcards, that remembers what it was asked.
public final class FakeSource implements EdgeSource {
    private final Map<String, ServedCertificate> certificates = new ConcurrentHashMap<>();
    private final Map<String, ServedCertificate> challenges = new ConcurrentHashMap<>();
    private final Map<String, String> challengeFiles = new ConcurrentHashMap<>();
    private final List<String> challengeFileQuestions = new CopyOnWriteArrayList<>();
    private volatile List<TicketKey> ticketKeys = List.of();
    private final Map<String, Site> sites = new ConcurrentHashMap<>();
    private final List<String> certificateQuestions = new CopyOnWriteArrayList<>();
    private final List<String> siteQuestions = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile Supplier<Boolean> broken = () -> false;

    public void certificate(String name, ServedCertificate certificate) {
        certificates.put(name, certificate);
    }

    public void site(String host, Site site) {
        sites.put(host, site);
    }

    public void breakDown(boolean down) {
        broken = () -> down;
    }

    public List<String> certificateQuestions() {
        return certificateQuestions;
    }

    public List<String> siteQuestions() {
        return siteQuestions;
    }

    /// Answers about certificates and challenges' files wait for this.
    public void holdUntil(CountDownLatch latch) {
        held = latch;
    }

    @Override
    public Optional<ServedCertificate> certificate(String serverName) {
        certificateQuestions.add(serverName);
        waitIfHeld();
        failIfBroken();
        return find(certificates, serverName).map(FakeSource::fresh);
    }

    private void waitIfHeld() {
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// With key bytes that may be cleared.
    private static ServedCertificate fresh(ServedCertificate known) {
        return new ServedCertificate(
                known.id(),
                known.chain(),
                known.privateKeyPkcs8().clone(),
                known.staple(),
                known.alternative().map(FakeSource::fresh),
                known.policy(),
                known.http2());
    }

    public void challenge(String name, ServedCertificate certificate) {
        challenges.put(name, certificate);
    }

    @Override
    public Optional<ServedCertificate> challenge(String serverName) {
        failIfBroken();
        return Optional.ofNullable(challenges.get(serverName)).map(FakeSource::fresh);
    }

    public void challengeFile(String host, String token, String content) {
        challengeFiles.put(host + " " + token, content);
    }

    public List<String> challengeFileQuestions() {
        return challengeFileQuestions;
    }

    @Override
    public Optional<String> challengeFile(String host, String token) {
        challengeFileQuestions.add(host + " " + token);
        waitIfHeld();
        failIfBroken();
        return Optional.ofNullable(challengeFiles.get(host + " " + token));
    }

    public void ticketKeys(List<TicketKey> keys) {
        ticketKeys = keys;
    }

    @Override
    public List<TicketKey> ticketKeys() {
        failIfBroken();
        return ticketKeys;
    }

    @Override
    public Optional<Site> site(String host) {
        siteQuestions.add(host);
        failIfBroken();
        return find(sites, host);
    }

    private void failIfBroken() {
        if (broken.get()) {
            throw new IllegalStateException("the source is down, as this test wants it");
        }
    }

    private static <T> Optional<T> find(Map<String, T> map, String name) {
        T exact = map.get(name);
        int dot = name.indexOf('.');
        return exact != null || dot < 0
                ? Optional.ofNullable(exact)
                : Optional.ofNullable(map.get("*" + name.substring(dot)));
    }
}
