package dev.nameplate.dns;

import java.util.List;

/// What may stand at a name of a zone (RFC 1034 section 3.6.2 and Lightsail's own rules). Pure.
final class ZoneRules {
    private final String zone;
    private final DnsSettings settings;

    ZoneRules(String zone, DnsSettings settings) {
        this.zone = zone;
        this.settings = settings;
    }

    /// The entry in the form it is kept, without an id yet.
    ZoneEntry normalise(
            String writtenName, String writtenType, String writtenTarget, boolean alias) {
        OwnerName name = OwnerName.parse(writtenName);
        String type = RecordText.type(writtenType);
        if (!name.isWithin(zone)) {
            throw new Zones.InvalidEntry(
                    "the name '"
                            + writtenName
                            + "' must be fully qualified inside the zone, such as www."
                            + zone);
        }
        String target = RecordText.target(type, writtenTarget);
        if (alias) {
            checkAlias(type, target);
        } else {
            RecordText.record(name.toDns(), type, target);
        }
        checkPlace(name, type, target);
        return new ZoneEntry("", name.text(), type, target, alias, false);
    }

    private void checkAlias(String type, String target) {
        if (!type.equals("A") && !type.equals("AAAA")) {
            throw new Zones.InvalidEntry("an alias is of type A or AAAA, not " + type);
        }
        if (!OwnerName.parse(target).isWithin(settings.suffix().ascii())) {
            throw new Zones.InvalidEntry(
                    "an alias points to a name of this installation, such as d….cdn."
                            + settings.suffix()
                            + ", not to '"
                            + target
                            + "'; use a CNAME for other names");
        }
    }

    private void checkPlace(OwnerName name, String type, String target) {
        boolean apex = name.text().equals(zone);
        switch (type) {
            case "CNAME" -> {
                if (apex) {
                    throw new Zones.InvalidEntry(
                            "a CNAME cannot stand at the apex "
                                    + zone
                                    + " beside its SOA and NS records; use an alias of type A");
                }
                if (target.equalsIgnoreCase(name.text())) {
                    throw new Zones.InvalidEntry("the CNAME " + name + " points to itself");
                }
            }
            case "SOA" -> {
                if (!apex) {
                    throw new Zones.InvalidEntry("a SOA stands only at the apex " + zone);
                }
            }
            case "NS" -> {
                if (name.isWildcard()) {
                    throw new Zones.InvalidEntry("a wildcard cannot be delegated (RFC 4592)");
                }
            }
            default -> {}
        }
    }

    /// Whether `entry` may stand beside `others`, all those at its name except one it replaces.
    void checkBeside(ZoneEntry entry, List<ZoneEntry> others) {
        for (ZoneEntry other : others) {
            if (sameRecord(entry, other)) {
                throw new Zones.EntryExists(
                        "the record already exists: "
                                + entry.type()
                                + " "
                                + entry.name()
                                + " → "
                                + entry.target());
            }
            if (other.automatic()) {
                throw new Zones.InvalidEntry(
                        "the CNAME at "
                                + entry.name()
                                + " proves the name for a certificate; nothing else can stand there"
                                + " until no certificate needs it");
            }
            if (entry.type().equals("CNAME") || other.type().equals("CNAME")) {
                throw new Zones.InvalidEntry(
                        "a CNAME stands alone at its name, and "
                                + entry.name()
                                + " has the "
                                + other.type()
                                + " entry "
                                + other.target()
                                + " already");
            }
            if (entry.type().equals("SOA") && other.type().equals("SOA")) {
                throw new Zones.InvalidEntry("the zone " + zone + " has its one SOA already");
            }
            if (entry.type().equals(other.type()) && entry.alias() != other.alias()) {
                throw new Zones.InvalidEntry(
                        "an alias and plain "
                                + entry.type()
                                + " entries cannot stand together at "
                                + entry.name());
            }
        }
    }

    /// Whether `entry` may go, when `rest` are the others at its name.
    void checkRemoval(ZoneEntry entry, List<ZoneEntry> rest) {
        if (entry.type().equals("SOA")) {
            throw new Zones.InvalidEntry(
                    "the SOA of " + zone + " cannot be removed; delete the zone instead");
        }
        if (isApexNameServer(entry) && rest.stream().noneMatch(this::isApexNameServer)) {
            throw new Zones.InvalidEntry(
                    "the last NS entry of " + zone + " cannot be removed; delete the zone instead");
        }
        if (entry.automatic()) {
            throw new Zones.InvalidEntry(
                    "the CNAME at "
                            + entry.name()
                            + " is kept for a certificate; it goes when no certificate needs it");
        }
    }

    private boolean isApexNameServer(ZoneEntry entry) {
        return entry.type().equals("NS") && entry.name().equals(zone);
    }

    static boolean sameRecord(ZoneEntry one, ZoneEntry other) {
        return one.name().equals(other.name())
                && one.type().equals(other.type())
                && one.alias() == other.alias()
                && RecordText.sameTarget(one.type(), one.target(), other.target());
    }
}
