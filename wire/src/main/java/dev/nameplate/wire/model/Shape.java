package dev.nameplate.wire.model;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/// A named type of a service description with its constraints. Shapes refer to each other in
/// cycles, so [ModelReader] links them after all are read; from then on they do not change.
public final class Shape {

    private final String name;
    private final Facts facts;
    private Map<String, Shape> members = Map.of();
    private Optional<Shape> element = Optional.empty();
    private boolean constrained;

    public enum Kind {
        STRUCTURE,
        LIST,
        MAP,
        STRING,
        BOOLEAN,
        INTEGER,
        LONG,
        FLOAT,
        DOUBLE,
        TIMESTAMP,
        BLOB
    }

    /// What a description says of a shape without following references.
    record Facts(
            Kind kind,
            Set<String> required,
            Set<String> allowed,
            Optional<Pattern> pattern,
            OptionalLong min,
            OptionalLong max,
            boolean sensitive,
            Optional<String> payload) {

        boolean constrains() {
            return !required.isEmpty()
                    || !allowed.isEmpty()
                    || pattern.isPresent()
                    || min.isPresent()
                    || max.isPresent();
        }

        Facts withoutPattern() {
            return new Facts(
                    kind, required, allowed, Optional.empty(), min, max, sensitive, payload);
        }
    }

    Shape(String name, Facts facts) {
        this.name = name;
        this.facts = facts;
        this.constrained = facts.constrains();
    }

    void link(Map<String, Shape> members, Optional<Shape> element) {
        this.members = members;
        this.element = element;
    }

    Shape withoutPattern() {
        Shape relaxed = new Shape(name, facts.withoutPattern());
        relaxed.link(members, element);
        return relaxed;
    }

    /// Marks this shape when something below it is constrained; true if that is news.
    boolean inheritConstraint() {
        if (constrained
                || !(members.values().stream().anyMatch(Shape::constrained)
                        || element.map(Shape::constrained).orElse(false))) {
            return false;
        }
        constrained = true;
        return true;
    }

    public String name() {
        return name;
    }

    public Kind kind() {
        return facts.kind();
    }

    public Map<String, Shape> members() {
        return members;
    }

    /// Of a list its member, of a map its value.
    public Optional<Shape> element() {
        return element;
    }

    public boolean requires(String member) {
        return facts.required().contains(member);
    }

    /// The member that is the whole HTTP body, if one is.
    public Optional<String> payload() {
        return facts.payload();
    }

    /// Whether this shape, or one it leads to, has a constraint; all others need no look.
    boolean constrained() {
        return constrained;
    }

    Set<String> allowed() {
        return facts.allowed();
    }

    Optional<Pattern> pattern() {
        return facts.pattern();
    }

    OptionalLong min() {
        return facts.min();
    }

    OptionalLong max() {
        return facts.max();
    }

    boolean sensitive() {
        return facts.sensitive();
    }

    @Override
    public String toString() {
        return name;
    }
}
