package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.names.DomainName;

import org.junit.jupiter.api.Test;

import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

class CaaCheckTest {
    private static final int NAMES = 600;

    private final AtomicInteger asked = new AtomicInteger();

    /// A DNS that takes its time.
    private final class SlowLookup implements ProofLookup {
        @Override
        public Sighting look(CnameRecord wanted) {
            throw new AssertionError("only CAA is asked");
        }

        @Override
        public Sighting look(HttpRecord wanted) {
            throw new AssertionError("only CAA is asked");
        }

        @Override
        public CaaVerdict caa(DomainName name, List<String> issuerNames) {
            LockSupport.parkNanos(5_000_000);
            asked.incrementAndGet();
            return name.ascii().startsWith("n7.")
                    ? new CaaVerdict.Unknown("no server answers")
                    : new CaaVerdict.Allowed();
        }
    }

    @Test
    void aLongListIsTakenUpNoFasterThanItIsAsked() {
        AtomicInteger most = new AtomicInteger();
        List<DomainName> names =
                new AbstractList<>() {
                    @Override
                    public DomainName get(int index) {
                        most.accumulateAndGet(index - asked.get(), Math::max);
                        return new DomainName("n" + index + ".example.com");
                    }

                    @Override
                    public int size() {
                        return NAMES;
                    }
                };

        assertThat(new CaaCheck(new SlowLookup(), List.of("ca.example")).refused(names))
                .containsOnlyKeys(new DomainName("n7.example.com"));
        assertThat(asked).hasValue(NAMES);
        assertThat(most.get()).as("names under way at once").isLessThanOrEqualTo(64);
    }
}
