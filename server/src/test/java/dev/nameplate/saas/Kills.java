package dev.nameplate.saas;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Counts calls, and ends the process, as it seems to it, once and after the effect of one.
public final class Kills {
    /// The method of a client; empty for none.
    public String after = "";

    /// The methods that were called, in their order.
    public final List<String> made = Collections.synchronizedList(new ArrayList<>());

    public <T> T around(Class<T> type, T client) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            made.add(method.getName());
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
