package io.maque.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.http.ClientConfig;
import org.openqa.selenium.support.ui.FluentWait;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The Chromium of this machine, without a window, as a person would use it: what can be pressed and
 * typed is pressed and typed. It notices every breach of the page's security policy.
 */
final class Browser implements AutoCloseable {
  /** Of a modern phone, in CSS pixels. */
  static final int PHONE_WIDTH = 390;

  /** A busy machine may take long to start the process that draws a PDF; only failures wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** For one command; a browser that does not answer at its start is started again. */
  private static final Duration COMMAND = Duration.ofSeconds(90);

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  /** Counts breaches from the first moment on; outlives nothing but a document. */
  private static final String WATCH =
      "window.breaches = [];"
          + "addEventListener('securitypolicyviolation', (event) =>"
          + " window.breaches.push(event.violatedDirective + ' ' + event.blockedURI));";

  /** Makes a File of the page and gives it to an event that carries files. */
  private static final String FIRE =
      """
      const [kind, target, base64, name, type] = arguments;
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const carrier = new DataTransfer();
      carrier.items.add(new File([bytes], name, { type }));
      const options = { bubbles: true, cancelable: true };
      const event = kind === "paste"
        ? new ClipboardEvent(kind, { ...options, clipboardData: carrier })
        : new DragEvent(kind, { ...options, dataTransfer: carrier });
      document.querySelector(target).dispatchEvent(event);
      """;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** A new browser that knows nothing. */
  static Browser start() {
    try {
      return launch();
    } catch (TimeoutException e) {
      return launch();
    }
  }

  private static Browser launch() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(installed("chromium").toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // as root, in containers
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--hide-scrollbars",
        "--lang=en-US",
        "--use-fake-device-for-media-stream");
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(installed("chromedriver").toFile())
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    ClientConfig patient = ClientConfig.defaultConfig().readTimeout(COMMAND);
    Browser browser = new Browser(new ChromeDriver(service, options, patient));
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
    browser.screen(1280, 860, false);
    browser.language("en-US");
    return browser;
  }

  private static Path installed(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new AssertionError(
                "%s: expected on the PATH, found nowhere; scripts/fetch-browser must run first"
                    .formatted(program)));
  }

  /** A command of the browser's own protocol. */
  Map<String, Object> devtools(String command, Map<String, Object> parameters) {
    return driver.executeCdpCommand(command, new HashMap<>(parameters));
  }

  /** The size of the page, with a finger or a mouse. */
  void screen(int width, int height, boolean phone) {
    devtools(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
    devtools("Emulation.setTouchEmulationEnabled", Map.of("enabled", phone));
  }

  /** What the user of the browser reads. */
  void language(String tag) {
    String agent = (String) script("return navigator.userAgent");
    devtools("Network.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", tag));
  }

  /** The system's colours. */
  void prefersDark(boolean dark) {
    Map<String, String> feature =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    devtools("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** What the user said about the camera when the browser asked. */
  void camera(int port, String answer) {
    devtools(
        "Browser.setPermission",
        Map.of(
            "permission",
            Map.of("name", "camera"),
            "setting",
            answer,
            "origin",
            "http://127.0.0.1:" + port));
  }

  /** Fires an event that carries a file, such as {@code drop} or {@code paste}. */
  void fire(String kind, String target, byte[] bytes, String name, String type) {
    script(FIRE, kind, target, Base64.getEncoder().encodeToString(bytes), name, type);
  }

  /** Opens the page of a server and waits until it can be used. */
  void open(int port) {
    visit(port);
    untilReady();
  }

  /** Opens the page of a server, which may want something before it can be used. */
  void visit(int port) {
    console(); // what an earlier page said is not this one's
    driver.get("http://127.0.0.1:" + port + "/");
  }

  /** Waits until the page can be used. */
  void untilReady() {
    until("return document.documentElement.dataset.ready === 'true'");
  }

  /** Opens another tab of the same browser, in front; the name goes back to this one. */
  String newTab() {
    String before = driver.getWindowHandle();
    driver.switchTo().newWindow(WindowType.TAB);
    devtools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
    screen(1280, 860, false);
    return before;
  }

  /** Brings another tab to the front. */
  String toTab(String name) {
    String before = driver.getWindowHandle();
    driver.switchTo().window(name);
    return before;
  }

  /** Closes this tab and brings another to the front. */
  void closeTab(String next) {
    driver.close();
    driver.switchTo().window(next);
  }

  /** Opens it again, as a reader does who presses the browser's button. */
  void reload() {
    driver.navigate().refresh();
    untilReady();
  }

  /** Runs JavaScript in the page. */
  Object script(String javaScript, Object... arguments) {
    return driver.executeScript(javaScript, arguments);
  }

  /** Runs JavaScript that calls its last argument back. */
  Object asyncScript(String javaScript, Object... arguments) {
    driver.manage().timeouts().scriptTimeout(PATIENCE);
    return driver.executeAsyncScript(javaScript, arguments);
  }

  /** Waits until a script is true. */
  void until(String javaScript) {
    waiting()
        .withMessage(() -> javaScript + "; console: " + console())
        .until(_ -> Boolean.TRUE.equals(script(javaScript)));
  }

  /** Waits until an element has a text in it. */
  void untilText(String selector, String text) {
    waiting()
        .withMessage(() -> "'%s' in %s, found '%s'".formatted(text, selector, text(selector)))
        .until(_ -> text(selector).contains(text));
  }

  /** Waits until what the page does by itself, a moment after it was asked, has been done. */
  void eventually(Runnable assertion) {
    AssertionError[] last = new AssertionError[1];
    waiting()
        .withMessage(() -> String.valueOf(last[0]))
        .until(_ -> {
          try {
            assertion.run();
            return true;
          } catch (AssertionError e) {
            last[0] = e;
            return false;
          }
        });
  }

  /** Asks again and again; elements that the page replaces meanwhile are looked for anew. */
  private FluentWait<WebDriver> waiting() {
    return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(30))
        .ignoring(StaleElementReferenceException.class, ElementNotInteractableException.class);
  }

  /** The first element that is displayed. */
  WebElement find(String selector) {
    return waiting()
        .withMessage(() -> selector + " to be seen; console: " + console())
        .until(
            _ -> all(selector).stream().filter(WebElement::isDisplayed).findFirst().orElse(null));
  }

  /** All elements. */
  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** All text of the first element, seen or not; empty when there is none. */
  String text(String selector) {
    return (String)
        script("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
  }

  /**
   * Presses an element as soon as it can be pressed, once more when the page replaced it under the
   * finger.
   */
  void press(String selector) {
    waiting()
        .withMessage(() -> selector + " to be pressed; console: " + console())
        .until(_ -> {
          WebElement element = find(selector);
          boolean enabled = element.isEnabled();
          if (enabled) {
            element.click();
          }
          return enabled;
        });
  }

  /** Types where the focus is. */
  void type(CharSequence... keys) {
    try {
      driver.switchTo().activeElement().sendKeys(keys);
    } catch (StaleElementReferenceException e) {
      // The page drew what had the focus anew between the two commands.
      driver.switchTo().activeElement().sendKeys(keys);
    }
  }

  /** Writes a message and sends it with Enter. */
  void say(String text) {
    find("#prompt").sendKeys(text, Keys.ENTER);
  }

  /** Waits until nothing is being answered. */
  void untilAnswered() {
    until(
        "return document.querySelector('#stop').hidden &&"
            + " !document.querySelector('[aria-busy=true]')");
  }

  /** What has the focus, as a selector by id or by tag. */
  String focused() {
    return (String)
        script(
            "const e = document.activeElement; return e.id ? '#' + e.id : e.tagName.toLowerCase()");
  }

  /** What the page wrote to the console. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** Keeps a picture of the page for people to look at. */
  void screenshot(String name) {
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails when the page tried anything its security policy forbids, or threw anything. */
  void assertWellBehaved() {
    assertThat(script("return window.breaches")).as("breaches of policy").isEqualTo(List.of());
    // What the server refused is logged by the browser itself.
    assertThat(console())
        .filteredOn(line -> line.startsWith("SEVERE") && !line.contains("Failed to load resource"))
        .isEmpty();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
