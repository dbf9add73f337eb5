package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.pki.KeyAlgorithm;

import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// An issuer that signs everything with a [TestCa], or does what the test says.
final class StandInIssuer implements Issuer {
    private final TestCa ca;
    private final InstantSource clock;
    final AtomicInteger signed = new AtomicInteger();
    volatile Function<Order, Answer> answer = this::sign;

    /// Set: not even its CAA names are to be had.
    volatile Optional<Answer.Unavailable> away = Optional.empty();

    /// What the operator wants of certificates whose requester named no key; set before there is a [Scene].
    Optional<KeyAlgorithm> keyType = Optional.empty();

    /// What is known of orders placed before.
    volatile Function<OrderId, Optional<Answer>> known = _ -> Optional.empty();

    /// What is done in the transaction in which an order may be forgotten.
    volatile BiConsumer<Write, OrderId> forgets = (_, _) -> {};

    final Queue<Order> asked = new ConcurrentLinkedQueue<>();

    private final IssuerName name;
    private final ProofForm form;

    StandInIssuer(InstantSource clock, IssuerName name) {
        this(clock, name, "Stand-in CA", ProofForm.ACM_RECORD);
    }

    /// One that is told from others by the name of its authority.
    StandInIssuer(InstantSource clock, String name, ProofForm form) {
        this(clock, new IssuerName(name), "CA " + name, form);
    }

    private StandInIssuer(InstantSource clock, IssuerName name, String authority, ProofForm form) {
        this.clock = clock;
        this.name = name;
        this.form = form;
        this.ca = TestCa.root(authority, clock.instant());
    }

    @Override
    public IssuerName name() {
        return name;
    }

    @Override
    public List<String> caaNames() {
        if (away.isPresent()) {
            throw new IssuerAway(away.get(), new IllegalStateException("no directory"));
        }
        return List.of(name.equals(IssuerName.EMBEDDED) ? "ca.test" : name + ".test");
    }

    @Override
    public ProofForm proofForm() {
        return form;
    }

    @Override
    public Map<OrderId, Answer> underWay(Collection<OrderId> ids) {
        Map<OrderId, Answer> answers = new HashMap<>();
        ids.forEach(id -> known.apply(id).ifPresent(each -> answers.put(id, each)));
        return answers;
    }

    @Override
    public void settled(Write write, Collection<OrderId> ids) {
        ids.forEach(id -> forgets.accept(write, id));
    }

    @Override
    public List<Answer> issue(List<Order> orders) {
        asked.addAll(orders);
        return orders.stream().map(order -> answer.apply(order)).toList();
    }

    Answer sign(Order order) {
        signed.incrementAndGet();
        TestCa.Spec spec =
                new TestCa.Spec(
                        "CN=" + order.hosts().getFirst(),
                        order.keys().getPublic(),
                        clock.instant());
        order.hosts().forEach(host -> spec.dns(host.ascii()));
        return new Answer.Signed(List.of(ca.sign(spec)), order.keys());
    }
}
