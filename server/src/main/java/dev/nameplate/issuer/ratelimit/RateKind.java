package dev.nameplate.issuer.ratelimit;

/// What an authority counts. The names are those of the settings under `limits`.
public enum RateKind {
    NEW_ORDERS("newOrders", "new orders of our account"),
    CERTIFICATES_PER_DOMAIN("certificatesPerDomain", "certificates for a registered domain"),
    CERTIFICATES_PER_NAME_SET("certificatesPerNameSet", "certificates for exactly these names"),
    FAILED_VALIDATIONS("failedValidations", "failed validations of a name"),
    NEW_ACCOUNTS("newAccounts", "new accounts from our address");

    private final String key;
    private final String meaning;

    RateKind(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    public String key() {
        return key;
    }

    public String meaning() {
        return meaning;
    }
}
