package org.tensorflow.lite;

import java.io.File;

/** What a device folder's class calls of LiteRT on Android, declared and not done: enough to compile it. */
public final class Interpreter implements AutoCloseable {
  public static final class Options {
    public Options setNumThreads(int threads) {
      return this;
    }
  }

  public Interpreter(File file, Options options) {}

  public void run(Object input, Object output) {}

  @Override
  public void close() {}
}
