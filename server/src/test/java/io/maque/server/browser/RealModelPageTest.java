package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.generate.LanguageModel;
import io.maque.server.MaqueServer;
import io.maque.server.router.FixedModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page, the server and real weights together. */
@Tag("browser")
@Tag("real")
class RealModelPageTest {

  @Test
  void aSmallModelAnswersInTheBrowser() {
    Path file =
        Path.of(System.getProperty("maque.fixtures"), "models", "SmolLM2-135M-Instruct.Q4_1.gguf");
    assertThat(Files.exists(file))
        .as("%s: missing; scripts/fetch-fixtures must run first", file)
        .isTrue();
    OpenOptions options = OpenOptions.DEFAULT.withMaxSequences(2).withQueueCapacity(2);
    try (LanguageModel model = LanguageModels.open(file, options);
        MaqueServer server =
            MaqueServer.start(new FixedModels(Map.of("smollm2", model)), "127.0.0.1", 0);
        Browser browser = Browser.start()) {
      browser.open(server.port());
      browser.press("#settings-button");
      browser.find("[name=temperature]").sendKeys("0");
      browser.find("[name=max_completion_tokens]").sendKeys("60", Keys.ENTER);
      browser.say("What is the capital of France? Answer in one sentence.");
      browser.untilAnswered();
      browser.screenshot("real-model");

      assertThat(browser.text(".assistant .prose")).contains("Paris");
      assertThat(browser.text(".statistics")).contains("First token after", "tokens/s");

      browser.say("And of Italy?");
      browser.untilAnswered();
      browser.untilText(".assistant:last-child .statistics", "from cache");
      browser.assertWellBehaved();
    }
  }
}
