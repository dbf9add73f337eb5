package dev.nameplate.saas;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// Ends the process, as it seems to it, once and after the effect of a call.
public final class Kills {
    /// The method of a client; empty for none.
    public String after = "";

    public <T> T around(Class<T> type, T client) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            try {
                                Object answer = method.invoke(client, arguments);
                                if (method.getName().equals(after)) {
                                    after = "";
                                    throw new Interruptions.Killed();
                                }
                                return answer;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
