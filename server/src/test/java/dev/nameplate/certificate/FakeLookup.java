package dev.nameplate.certificate;

import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.Trace;
import dev.nameplate.names.DomainName;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/// The world's DNS as the test says it is: nothing is shown until the test shows it, and CAA permits everything.
final class FakeLookup implements ProofLookup {
    private final Map<String, String> records = new ConcurrentHashMap<>();
    private final Map<DomainName, CaaVerdict> verdicts = new ConcurrentHashMap<>();
    private final Map<DomainName, String> permitted = new ConcurrentHashMap<>();
    private final Set<String> arriving = ConcurrentHashMap.newKeySet();
    private final Map<String, CountDownLatch> slow = new ConcurrentHashMap<>();
    private final Set<String> breaking = ConcurrentHashMap.newKeySet();
    final Queue<String> looks = new ConcurrentLinkedQueue<>();
    volatile boolean showsEverything;

    void show(CnameRecord record) {
        records.put(record.name(), record.value());
    }

    void caa(String name, CaaVerdict verdict) {
        verdicts.put(new DomainName(name), verdict);
    }

    /// One issuer alone may certify the name.
    void caaPermitsOnly(String name, String issuerName) {
        permitted.put(new DomainName(name), issuerName);
    }

    /// The web traffic of the host arrives here, so what our edge shows is seen there.
    void trafficArrives(String host) {
        arriving.add(host);
    }

    /// The next look at the record ends the thread that takes it.
    void breakOnce(CnameRecord record) {
        breaking.add(record.name());
    }

    /// Questions for this record wait for the returned latch.
    CountDownLatch hold(CnameRecord record) {
        return slow.computeIfAbsent(record.name(), _ -> new CountDownLatch(1));
    }

    @Override
    public Sighting look(CnameRecord wanted) {
        looks.add(wanted.name());
        if (breaking.remove(wanted.name())) {
            throw new StackOverflowError("an answer in an answer in an answer");
        }
        if (slow.containsKey(wanted.name())) {
            try {
                slow.get(wanted.name()).await();
            } catch (InterruptedException _) {
                return new Sighting.Unreachable(
                        Finding.of(Cause.LOOK_FAILED, "interrupted", List.of()));
            }
        }
        Optional<String> shown = Optional.ofNullable(records.get(wanted.name()));
        if (showsEverything || shown.equals(Optional.of(wanted.value()))) {
            return new Sighting.Found(List.of("192.0.2.53:53"));
        }
        return new Sighting.Absent(
                new Finding(
                        Cause.RECORD_MISSING,
                        "no CNAME is there",
                        "Set it.",
                        shown,
                        List.of("192.0.2.53:53"),
                        Trace.NONE));
    }

    @Override
    public Sighting look(HttpRecord wanted) {
        looks.add(wanted.redirectFrom().toString());
        return showsEverything || arriving.contains(wanted.redirectFrom().getHost())
                ? new Sighting.Found(List.of("192.0.2.80:80"))
                : new Sighting.Unreachable(
                        Finding.of(Cause.HTTP_UNREACHABLE, "nobody answers", List.of()));
    }

    @Override
    public CaaVerdict caa(DomainName name, List<String> issuerNames) {
        Optional<String> only = Optional.ofNullable(permitted.get(name));
        if (only.isPresent() && !issuerNames.contains(only.get())) {
            return new CaaVerdict.Forbidden(name, "0 issue \"" + only.get() + "\"");
        }
        return verdicts.getOrDefault(name, new CaaVerdict.Allowed());
    }
}
