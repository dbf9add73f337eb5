package dev.nameplate.pki;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Lets a thread give way to all others. Java's thread priorities mean nothing on Linux unless the whole process is started for
/// them; there, `setpriority(2)` for "process 0" is the calling thread's own.
final class Niceness {
    private static final Logger LOG = LoggerFactory.getLogger(Niceness.class);
    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;
    private static final int LOWEST = 19;

    private Niceness() {}

    /// Where the system has no such call, the thread stays as it is.
    @SuppressWarnings("restricted")
    static void lowestForThisThread() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return;
        }
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle setPriority =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("setpriority"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT));
            int refused = (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, LOWEST);
            if (refused != 0) {
                LOG.debug("the system does not lower this thread's priority");
            }
        } catch (Throwable failed) {
            // What a method handle declares; the thread works as well at the usual priority.
            LOG.debug("cannot lower this thread's priority", failed);
        }
    }
}
