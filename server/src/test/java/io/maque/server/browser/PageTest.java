package io.maque.server.browser;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The page in a real browser before a real server with a scripted model. Every test has a server of
 * its own, thus an origin of its own, thus an empty store.
 */
@Tag("browser")
abstract class PageTest {
  static Browser browser;

  /** Shows what the page looked like when a test failed. */
  @RegisterExtension
  static final AfterTestExecutionCallback PICTURE_OF_FAILURE =
      test -> {
        if (test.getExecutionException().isPresent()) {
          browser.screenshot("failed-" + test.getDisplayName().replaceAll("\\W", ""));
        }
      };

  ScriptedServer server;
  ScriptedModel model;

  @BeforeAll
  static void startBrowser() {
    browser = Browser.start();
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @BeforeEach
  void openPage() {
    server = new ScriptedServer();
    model = server.model;
    browser.screen(1280, 860, false);
    browser.language("en-US");
    browser.prefersDark(false);
    browser.open(server.port());
  }

  @AfterEach
  void behavedWell() {
    try {
      browser.assertWellBehaved();
    } finally {
      server.close();
    }
  }
}
