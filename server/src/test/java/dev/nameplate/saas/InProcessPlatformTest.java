package dev.nameplate.saas;

import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;

/// This server's services, called in process.
@Tag("slow")
final class InProcessPlatformTest extends PlatformSuite {
    @Override
    protected Place open(TestStore store) {
        return new OwnPlace(store);
    }
}
