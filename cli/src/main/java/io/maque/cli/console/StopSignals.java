package io.maque.cli.console;

import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;

/**
 * While open, the first signal to end (Ctrl-C, or what a service manager sends) is waited for by
 * {@link #await}, so that the program ends in its own order; the second ends the process at once.
 */
public final class StopSignals implements AutoCloseable {
  private static final String[] NAMES = {"INT", "TERM"};

  private final CountDownLatch first = new CountDownLatch(1);
  private final Object[] before = new Object[NAMES.length];

  /** Listens from now on. */
  public StopSignals() {
    for (int i = 0; i < NAMES.length; i++) {
      before[i] = Signals.register(NAMES[i], this::onSignal);
    }
  }

  private void onSignal() {
    if (first.getCount() == 0) {
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
    first.countDown();
  }

  /** Waits for the first signal. */
  public void await() throws InterruptedException {
    first.await();
  }

  @Override
  public void close() {
    for (int i = 0; i < NAMES.length; i++) {
      Signals.unregister(NAMES[i], before[i]);
    }
  }
}
