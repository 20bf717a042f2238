package io.actd.node.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** {@code raft ← persistence ← actors ← grpc-api ← node}, and five doors to the world (architecture §1, §5). */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.actd");

    private static final String[] RAFT = {"io.actd.raft..", "io.actd.invariant.."};
    private static final String[] PERSISTENCE = {
        "io.actd.apply..", "io.actd.backend..", "io.actd.mvcc..", "io.actd.wal..", "io.actd.world.."
    };
    private static final String[] ACTORS = {
        "io.actd.applier..",
        "io.actd.join..",
        "io.actd.lease..",
        "io.actd.log..",
        "io.actd.member..",
        "io.actd.peer..",
        "io.actd.role..",
        "io.actd.watch.."
    };
    private static final String API = "io.actd.api..";
    private static final String NODE = "io.actd.node..";

    private static void independent(String[] of, String... others) {
        noClasses()
                .that()
                .resideInAnyPackage(of)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(OURS);
    }

    private static String[] with(String[] some, String... more) {
        var all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void nothing_points_up() {
        independent(RAFT, with(PERSISTENCE, with(ACTORS, API, NODE)));
        independent(PERSISTENCE, with(ACTORS, API, NODE));
        independent(ACTORS, API, NODE);
        independent(new String[] {API}, NODE);
    }

    @Test
    void raft_needs_nothing_but_the_jdk() {
        noClasses()
                .that()
                .resideInAnyPackage(RAFT)
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("io.actd.raft..", "io.actd.invariant..", "java..", "org.jspecify..")
                .check(OURS);
    }

    @Test
    void protocol_stands_below_all_but_raft() {
        independent(new String[] {"io.actd.protocol.."}, with(RAFT, with(PERSISTENCE, with(ACTORS, API, NODE))));
    }

    @Test
    void storage_knows_no_client_port() {
        independent(with(PERSISTENCE, ACTORS), "org.apache.pekko.http..", "org.apache.pekko.grpc..");
    }

    /** Everything that must run the same way in a simulation. */
    private static DescribedPredicate<JavaClass> simulated() {
        return JavaClass.Predicates.resideInAnyPackage(with(RAFT, with(PERSISTENCE, ACTORS)))
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("io.actd.world..")))
                .as("code below the doors");
    }

    @Test
    void time_comes_through_the_clock() {
        noClasses()
                .that(simulated())
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(OURS);
    }

    @Test
    void randomness_is_handed_in() {
        noClasses()
                .that(simulated())
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, ThreadLocalRandom.class, SplittableRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(OURS);
    }

    @Test
    void files_and_sockets_are_opened_by_the_doors() {
        noClasses()
                .that(simulated())
                .and()
                // The engine opens its own files: native code behind the Backend interface.
                .haveSimpleNameNotStartingWith("LevelDbBackend")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Files.class,
                        FileChannel.class,
                        FileInputStream.class,
                        FileOutputStream.class,
                        RandomAccessFile.class,
                        Socket.class,
                        ServerSocket.class,
                        SocketChannel.class)
                .check(OURS);
    }

    @Test
    void threads_are_dispatchers() {
        noClasses()
                .that(simulated())
                .should()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class, String.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.concurrent.Executors")
                .check(OURS);
    }
}
