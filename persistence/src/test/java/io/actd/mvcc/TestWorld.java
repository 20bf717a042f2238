package io.actd.mvcc;

import io.actd.world.Clock;
import io.actd.world.Disk;
import io.actd.world.Failpoints;
import io.actd.world.World;
import java.lang.reflect.Proxy;
import java.util.Random;

/** A world whose disk may not be touched: the store reaches files through its engine only. */
final class TestWorld {
    private TestWorld() {}

    static World of(Failpoints failpoints) {
        var noDisk = (Disk) Proxy.newProxyInstance(
                TestWorld.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("the store used the disk: " + method);
                });
        return new World(Clock.system(), noDisk, new Random(1), failpoints);
    }
}
