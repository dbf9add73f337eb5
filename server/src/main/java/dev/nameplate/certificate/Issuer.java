package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A certificate authority that signs for proven names. The caller has proven every name and checked CAA.
///
/// One that signs at once answers [#issue]. One that takes its time keeps the order durably, with its key, and answers
/// [Answer.UnderWay]; once the order is decided it calls [Certificates#orderDecided], is asked [#underWay], and forgets
/// the order when [#settled] tells it to.
public interface Issuer {
    default IssuerName name() {
        return IssuerName.EMBEDDED;
    }

    /// The CAA `issue` values that permit this issuer (RFC 8659 section 4.2).
    ///
    /// @throws IssuerAway if it would have to be asked for them, and does not answer
    List<String> caaNames();

    /// Which record of a name's owner this issuer can count on.
    default ProofForm proofForm() {
        return ProofForm.ACM_RECORD;
    }

    /// What is known of orders placed before; nothing for those it has none for. Asked before the DNS is looked at.
    default Map<OrderId, Answer> underWay(Collection<OrderId> ids) {
        return Map.of();
    }

    /// Signs what can be signed, or takes the order. Orders are independent: one that is refused holds no other back.
    ///
    /// @return one answer for each order, in the same order
    List<Answer> issue(List<Order> orders);

    /// The answers to these orders have been stored, in this transaction, or nobody waits for them any more.
    default void settled(Write write, Collection<OrderId> ids) {}

    /// How names are proven to an authority by what their owner has set once.
    enum ProofForm {
        /// ACM's shape, `_<32 hex>.<base>`: we look for it ourselves.
        ACM_RECORD,
        /// `_acme-challenge.<base>`, where an ACME authority looks (RFC 8555 section 8.4), leading to the same target.
        ACME_CHALLENGE
    }

    /// A server certificate to be signed.
    ///
    /// @param id what it is for: asked again for the same id after a crash, an issuer that signs at once may sign again
    /// @param names primary first
    /// @param replaces the certificate that this one takes the place of (RFC 9773 section 5)
    record Order(
            OrderId id,
            AccountId account,
            List<Name> names,
            KeyPair keys,
            Optional<X509Certificate> replaces) {
        public Order {
            names = List.copyOf(names);
        }

        public List<DomainName> hosts() {
            return names.stream().map(Name::name).toList();
        }
    }

    /// A name, and how it was seen to be its owner's will.
    ///
    /// @param target where its standing CNAME leads: a name in our own zone, with the final dot
    record Name(DomainName name, String target, Way way) {}

    enum Way {
        /// The CNAME stands.
        DNS,
        /// Its web traffic arrives at our edge.
        TRAFFIC
    }

    sealed interface Answer {
        /// Whether nothing but a rate limit is waited for: nobody has to act, and the time for proofs stands still.
        default boolean limited() {
            return switch (this) {
                case Unavailable(_, Actor actor, _) -> actor == Actor.NOBODY;
                case UnderWay(_, _, Actor actor) -> actor == Actor.NOBODY;
                case Signed _, Refused _ -> false;
            };
        }

        /// @param chain leaf first, then intermediates; never the root
        /// @param keys of the leaf
        record Signed(List<X509Certificate> chain, KeyPair keys) implements Answer {
            public Signed {
                chain = List.copyOf(chain);
            }
        }

        /// The order breaks a rule of the issuer; asking again will not help.
        ///
        /// @param actor who could change that
        record Refused(String message, Actor actor) implements Answer {
            public Refused(String message) {
                this(message, Actor.ISSUER);
            }
        }

        /// Not now; ask again. An order it has already stands.
        ///
        /// @param until when it says it will be back, if it does
        record Unavailable(String message, Actor actor, Optional<Instant> until) implements Answer {
            public Unavailable(String message) {
                this(message, Actor.ISSUER, Optional.empty());
            }
        }

        /// The order is placed, and being worked on.
        ///
        /// @param message how far it is
        /// @param nextLook when to ask at the latest; the issuer tells of a decision by itself
        /// @param actor whose turn it is
        record UnderWay(String message, Instant nextLook, Actor actor) implements Answer {
            public UnderWay(String message, Instant nextLook) {
                this(message, nextLook, Actor.ISSUER);
            }
        }
    }
}
