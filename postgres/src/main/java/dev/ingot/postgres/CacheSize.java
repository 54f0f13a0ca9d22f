package dev.ingot.postgres;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * How much memory the database keeps pages in: little while it is small, so that the whole program
 * stays under 400 MB, and more where much is stored. A count of 10,000 of 100,000 documents takes
 * 100 to 300 ms where their pages come from the kernel, and 20 ms where they are here.
 */
final class CacheSize {
  private static final long LEAST = 64;
  private static final long MOST = 512;

  /** Of what is stored, and of this machine's memory, such a part. */
  private static final long PART_OF_DATA = 8;

  private static final long PART_OF_MEMORY = 16;

  private CacheSize() {}

  /** In MB, for a cluster as large as it is at its start. */
  static long of(Path data) throws IOException {
    return of(size(data.resolve("base")) >> 20, memory() >> 20);
  }

  static long of(long dataMegabytes, long memoryMegabytes) {
    long wanted = Math.min(dataMegabytes / PART_OF_DATA, memoryMegabytes / PART_OF_MEMORY);
    return Math.clamp(wanted, LEAST, MOST);
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize() // of the container, where there is one
        : 0;
  }

  private static long size(Path folder) throws IOException {
    long[] bytes = new long[1];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE; // a file that went away meanwhile, or not ours to see
          }
        });
    return bytes[0];
  }
}
