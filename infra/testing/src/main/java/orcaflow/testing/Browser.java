package orcaflow.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium of this machine, driven by its WebDriver. */
public final class Browser implements AutoCloseable {

  /** What to do where there is none. */
  public static final String ABSENT = "there is no browser: install chromium and chromium-driver";

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts it; skips the test where the machine has none. */
  public static Browser start() {
    Optional<Browser> browser = startIfInstalled();
    assumeTrue(browser.isPresent(), ABSENT);
    return browser.get();
  }

  /** Starts it; empty where the machine has none. */
  public static Optional<Browser> startIfInstalled() {
    Optional<File> browser = InstalledProgram.find("chromium", "chromium-browser", "google-chrome");
    return browser.flatMap(
        file -> InstalledProgram.find("chromedriver").map(driver -> start(file, driver)));
  }

  private static Browser start(File browser, File webDriver) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser);
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync");
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(webDriver)
            .usingAnyFreePort()
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().window().setSize(new Dimension(1100, 900));
    return new Browser(driver);
  }

  /** As if the system had this theme. */
  public void theme(String theme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
  }

  public void width(int pixels) {
    driver.manage().window().setSize(new Dimension(pixels, 900));
  }

  public void open(String address) {
    driver.get(address);
  }

  public Object run(String script) {
    return driver.executeScript(script);
  }

  /**
   * What the accessibility checker axe finds of the impact serious or critical: a line for each
   * rule, with the elements that break it.
   */
  public List<String> barriers() throws IOException {
    try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    }
    Object found =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ["violations"] }).then(
              (result) =>
                done(
                  result.passes.length === 0 ? ["axe checked nothing"] : result.violations
                    .filter((one) => one.impact === "serious" || one.impact === "critical")
                    .map((one) => one.id + ": " + one.nodes.map((n) => n.html).join("; ")),
                ),
              (error) => done([String(error)]),
            );
            """);
    return ((List<?>) found).stream().map(String::valueOf).toList();
  }

  /** The text of the view that is shown. */
  public String view() {
    return String.valueOf(run("return document.getElementById('view').textContent"));
  }

  public String title() {
    return String.valueOf(run("return document.querySelector('main h1')?.textContent ?? ''"));
  }

  public String path() {
    return String.valueOf(run("return location.pathname"));
  }

  public String address() {
    return driver.getCurrentUrl();
  }

  public List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** What the page complained of since the last time: errors of scripts, refused resources. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Saves what is seen. */
  public void picture(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
