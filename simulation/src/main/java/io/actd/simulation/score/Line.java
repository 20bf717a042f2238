package io.actd.simulation.score;

import java.util.List;
import java.util.Optional;

/**
 * A line of the scoreboard.
 *
 * @param number by which entries name it
 * @param figure what is counted
 * @param claim how much of it is to be reached over the project's life
 * @param unit what a count is divided by to show it
 * @param addsUp whether each run counts what no other did; else the last one says it all
 */
record Line(String number, String figure, String claim, Unit unit, boolean addsUp) {
    /** How a count is shown. */
    enum Unit {
        PIECES {
            @Override
            String show(long count) {
                return "%,d".formatted(count).replace(',', ' ');
            }
        },
        /** The count is seconds. */
        DAYS {
            @Override
            String show(long count) {
                return "%.1f days".formatted(count / 86_400.0);
            }
        };

        abstract String show(long count);
    }

    static final List<Line> ALL = List.of(
            new Line("1", "simulated time of clusters under faults, all checkers on", "5 years", Unit.DAYS, true),
            of("2", "simulation seeds with mixed faults", "1 000 000"),
            of("3", "faults that took effect", "10 M simulated, 50 000 on real processes"),
            of("4", "client operations checked on real processes", "50 M"),
            of("5", "windows of them cross-checked by a search for an order (WGL)", "500 000"),
            of("6", "damaged histories the checkers caught", "all of 1 000 and more"),
            new Line(
                    "7",
                    "historic bugs of etcd and others, put in again, that the tests caught",
                    "50",
                    Unit.PIECES,
                    false),
            of("8", "`kill -9` of a member; no acknowledged write lost, hashes equal", "20 000"),
            of("9", "the same with everything unsynced dropped (power loss of one machine)", "10 000"),
            of("10", "power loss of all machines at once", "2 000"),
            of("11", "flipped bits in log and snapshots; all detected or harmless, none answered from", "1 M"),
            of("12", "logs cut at every byte; the member starts or refuses with the reason", "every offset"),
            of("13", "full disks: no lost write, reads go on, writes are back after space", "50"),
            of("14", "input/output errors: the member stops itself, the cluster goes on", "5 000"),
            of("15", "slow disk of the leader", "30"),
            of("16", "wrong clocks: jumps of up to an hour, 10 % drift", "50"),
            of("17", "partitions: symmetric, one-way, of a pair", "500"),
            of("18", "pauses of a process, as by SIGSTOP", "300"),
            of("19", "networks that lose, repeat, reorder and delay", "30 minutes on real processes"),
            of("20", "leader killed; first acknowledged write after p50 1.3 s, p99 2.0 s", "300"),
            of("21", "planned moves of leadership, rolling restarts", "100"),
            of("22", "rejoin after 100 000 missed entries; new member with 1 GiB", "20"),
            of("23", "10 000 watchers, 1 000 of them not reading", "30 minutes"),
            of("24", "ten times more load than capacity", "10 minutes"),
            of("26", "changes of the leader without a lease that ended early or late", "300"),
            of("27", "changes of membership under load", "300"));

    /** The one that has this number. */
    static Optional<Line> numbered(String number) {
        return ALL.stream().filter(line -> line.number.equals(number)).findAny();
    }

    private static Line of(String number, String figure, String claim) {
        return new Line(number, figure, claim, Unit.PIECES, true);
    }
}
