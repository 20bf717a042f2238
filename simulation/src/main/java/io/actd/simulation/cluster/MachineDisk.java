package io.actd.simulation.cluster;

import io.actd.simulation.thread.VirtualProcess;
import io.actd.world.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk of a machine as one process sees it: when the process has died nothing gets through any more.
 */
final class MachineDisk implements Disk {
    private final Disk disk;
    private final VirtualProcess process;
    private final HardDisk hardware;

    MachineDisk(Disk disk, VirtualProcess process, HardDisk hardware) {
        this.disk = disk;
        this.process = process;
        this.hardware = hardware;
    }

    private Disk alive() throws IOException {
        if (!process.isAlive()) throw new IOException("the process has died");
        return disk;
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return alive().list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        alive().createDirectories(directory);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return new MachineFile(alive().open(file));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return new MachineFile(alive().openReadOnly(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        alive().rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        alive().delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        alive().syncDirectory(directory);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return alive().usableBytes(directory);
    }

    private final class MachineFile implements DiskFile {
        private final DiskFile file;

        MachineFile(DiskFile file) {
            this.file = file;
        }

        private DiskFile alive() throws IOException {
            MachineDisk.this.alive();
            return file;
        }

        @Override
        public long size() throws IOException {
            return alive().size();
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return alive().read(into, position);
        }

        @Override
        public void write(ByteBuffer[] buffers, long position) throws IOException {
            alive().write(buffers, position);
        }

        @Override
        public void sync() throws IOException {
            if (hardware.lies()) hardware.waitForSync();
            else alive().sync();
        }

        @Override
        public void truncate(long size) throws IOException {
            alive().truncate(size);
        }

        @Override
        public void preallocate(long size) throws IOException {
            alive().preallocate(size);
        }

        @Override
        public boolean tryLock() throws IOException {
            return alive().tryLock();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
