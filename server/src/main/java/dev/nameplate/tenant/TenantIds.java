package dev.nameplate.tenant;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Makes ids and ETags in CloudFront's shapes.
final class TenantIds {
    private static final String BASE_62 =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int UPPER = 36;
    private static final int ID_LENGTH = 27;
    private static final int ETAG_LENGTH = 13;
    static final Pattern TENANT = Pattern.compile("dt_[0-9A-Za-z]{27}");
    static final Pattern GROUP = Pattern.compile("cg_[0-9A-Za-z]{27}");

    private final RandomGenerator random;

    TenantIds(RandomGenerator random) {
        this.random = random;
    }

    String tenant() {
        return "dt_" + characters(BASE_62.length(), ID_LENGTH);
    }

    String group() {
        return "cg_" + characters(BASE_62.length(), ID_LENGTH);
    }

    String etag() {
        return "E" + characters(UPPER, ETAG_LENGTH);
    }

    private String characters(int alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(BASE_62.charAt(random.nextInt(alphabet)));
        }
        return text.toString();
    }
}
