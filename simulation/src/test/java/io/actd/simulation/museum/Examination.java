package io.actd.simulation.museum;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests of one class; in a process of its own, whose class path begins with a bug. Says for the {@link Museum}
 * which was the first to fail, and ends with status 1 if none did.
 */
final class Examination implements TestExecutionListener {
    private String failed = "";
    private int succeeded;

    private Examination() {}

    public static void main(String[] args) {
        var examination = new Examination();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(args[0]))
                .build();
        LauncherFactory.create().execute(request, examination);
        if (examination.failed.isEmpty() && examination.succeeded == 0)
            throw new IllegalStateException("no test in " + args[0]);
        if (!examination.failed.isEmpty()) System.out.println(Exhibit.CAUGHT + examination.failed);
        System.exit(examination.failed.isEmpty() ? 1 : 0);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (!(test.getSource().orElse(null) instanceof MethodSource source)) return;
        switch (result.getStatus()) {
            case FAILED -> {
                var name = source.getClassName();
                if (failed.isEmpty()) failed = name.substring(name.lastIndexOf('.') + 1) + "." + source.getMethodName();
                result.getThrowable().ifPresent(Throwable::printStackTrace);
            }
            case SUCCESSFUL -> succeeded++;
            case ABORTED -> {}
        }
    }
}
