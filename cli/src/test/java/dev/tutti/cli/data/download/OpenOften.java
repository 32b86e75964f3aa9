package dev.tutti.cli.data.download;

import dev.tutti.cli.ChildJvm;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Opens a part, writes a byte, looks whether the file of that name has it, and takes it away, over
/// and over.
public final class OpenOften {
  private static final int TIMES = 2000;

  private OpenOften() {}

  /// In a process of its own, which says how often it had the part.
  public static void main(String[] arguments) throws Exception {
    System.out.println("opened " + inThreads(Path.of(arguments[0]), 2) + " times");
  }

  static Process start(Path folder) throws IOException {
    List<String> command =
        ChildJvm.java(
            List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
            OpenOften.class,
            PartFile.class,
            DataError.class);
    command.addAll(List.of(OpenOften.class.getName(), folder.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /// {@return how often several threads had the part, all together}
  static int inThreads(Path folder, int count) throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int t = 0; t < count; t++) {
        running.add(threads.submit(() -> open(folder)));
      }
      int opened = 0;
      for (Future<Integer> thread : running) {
        opened += thread.get();
      }
      return opened;
    }
  }

  private static int open(Path folder) throws IOException {
    Path target = folder.resolve("set.bin");
    int opened = 0;
    for (int i = 0; i < TIMES; i++) {
      try (FolderLock _ = FolderLock.take(folder);
          PartFile part = PartFile.open(target, Disk.REAL)) {
        part.append(ByteBuffer.wrap(new byte[] {1}));
        require(Files.size(PartFile.pathFor(target)) == 1, "another file has the part's name");
        part.clear();
        opened++;
      } catch (DataError busy) {
        require(
            busy.getMessage().endsWith(": another process is downloading into this folder"),
            "" + busy);
      }
    }
    return opened;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
