package dev.nameplate.fuzz;

import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainName.IllegalDomainName;

import java.nio.charset.StandardCharsets;

/// A name as a person, a program or an attacker writes it.
public final class DomainNameTarget {
    private DomainNameTarget() {}

    public static void fuzzerInitialize() {
        Target.DOMAIN_NAME.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        DomainName name;
        try {
            name = DomainName.parse(new String(input, StandardCharsets.UTF_8));
        } catch (IllegalDomainName refused) {
            if (String.valueOf(refused.getMessage()).length() > 2000) {
                throw new AssertionError("a refusal as long as what it refuses");
            }
            return;
        }
        String ascii = name.ascii();
        boolean plain = ascii.chars().allMatch(each -> each > 0x20 && each < 0x7f);
        if (!plain
                || ascii.length() > DomainName.MAX_LENGTH
                || !DomainName.parse(ascii).equals(name)
                || !new DomainName(ascii).equals(name)
                || !name.covers(name)
                || !name.isWithin(name.base())) {
            throw new AssertionError("not a name: " + ascii);
        }
    }
}
