package dev.nameplate.edge.rules;

import java.util.Locale;

/// What kind of device a `User-Agent` speaks of. A device may be of several kinds; without any sign it is a desktop.
public record Device(
        boolean mobile,
        boolean tablet,
        boolean smartTv,
        boolean desktop,
        boolean android,
        boolean ios) {
    private static final String[] TELEVISIONS = {
        "smart-tv",
        "smarttv",
        "googletv",
        "appletv",
        "hbbtv",
        "netcast",
        "web0s",
        "webos.tv",
        "roku",
        "aft",
        "crkey",
        "bravia",
        "viera",
        "tizen",
        "dtv"
    };

    public static Device of(String userAgent) {
        String agent = userAgent.toLowerCase(Locale.ROOT);
        boolean android = agent.contains("android");
        boolean ipad = agent.contains("ipad");
        boolean ios = ipad || agent.contains("iphone") || agent.contains("ipod");
        boolean tv = false;
        for (String name : TELEVISIONS) {
            tv |= agent.contains(name) && !(name.equals("tizen") && agent.contains("mobile"));
        }
        boolean tablet =
                !tv
                        && (ipad
                                || agent.contains("tablet")
                                || agent.contains("kindle")
                                || agent.contains("silk/")
                                || (android && !agent.contains("mobile")));
        boolean mobile =
                !tv
                        && (ios
                                || agent.contains("mobile")
                                || agent.contains("phone")
                                || agent.contains("blackberry"));
        return new Device(mobile, tablet, tv, !mobile && !tablet && !tv, android, ios);
    }
}
