package dev.nameplate.api.acm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// X.500 names in ACM's shape.
final class DistinguishedNames {
    /// The attributes ACM has a member for, by what [#KEYWORDS] and RFC 2253 call them.
    private static final Map<String, String> MEMBERS =
            Map.ofEntries(
                    Map.entry("CN", "CommonName"),
                    Map.entry("C", "Country"),
                    Map.entry("L", "Locality"),
                    Map.entry("ST", "State"),
                    Map.entry("O", "Organization"),
                    Map.entry("OU", "OrganizationalUnit"),
                    Map.entry("DNQ", "DistinguishedNameQualifier"),
                    Map.entry("GENERATION", "GenerationQualifier"),
                    Map.entry("GIVENNAME", "GivenName"),
                    Map.entry("INITIALS", "Initials"),
                    Map.entry("PSEUDONYM", "Pseudonym"),
                    Map.entry("SERIALNUMBER", "SerialNumber"),
                    Map.entry("SURNAME", "Surname"),
                    Map.entry("T", "Title"));

    /// What RFC 2253 leaves as numbers.
    private static final Map<String, String> KEYWORDS =
            Map.of(
                    "2.5.4.46", "DNQ",
                    "2.5.4.44", "GENERATION",
                    "2.5.4.42", "GIVENNAME",
                    "2.5.4.43", "INITIALS",
                    "2.5.4.65", "PSEUDONYM",
                    "2.5.4.5", "SERIALNUMBER",
                    "2.5.4.4", "SURNAME",
                    "2.5.4.12", "T");

    private DistinguishedNames() {}

    static Map<String, Object> of(X500Principal principal) {
        Map<String, Object> members = new HashMap<>();
        List<String> components = new ArrayList<>();
        List<Map<String, String>> custom = new ArrayList<>();
        for (Rdn rdn : rdns(principal.getName(X500Principal.RFC2253, KEYWORDS))) {
            String type = rdn.getType();
            String value = rdn.getValue().toString();
            if (type.equals("DC")) {
                components.add(value);
            } else if (MEMBERS.containsKey(type)) {
                members.putIfAbsent(MEMBERS.get(type), value);
            } else {
                custom.add(Map.of("ObjectIdentifier", type, "Value", value));
            }
        }
        if (!components.isEmpty()) {
            members.put("DomainComponents", components);
        }
        if (!custom.isEmpty()) {
            members.put("CustomAttributes", custom);
        }
        return members;
    }

    private static List<Rdn> rdns(String name) {
        try {
            return new LdapName(name).getRdns();
        } catch (InvalidNameException e) {
            throw new IllegalStateException("the JDK writes names that it reads", e);
        }
    }
}
