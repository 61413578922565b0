package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.TextFile;
import io.maque.lab.measure.Arrivals;
import io.maque.lab.measure.Endpoint;
import io.maque.lab.measure.LoadPlan;
import io.maque.lab.measure.LoadReport;
import io.maque.lab.measure.LoadRun;
import io.maque.lab.measure.Prompts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code load}: many clients on a server, and what they felt. */
@Command(
    header = "Put load on an OpenAI-compatible server and time its answers",
    description = {
      "Streams answers to many clients at a time and reports time to first token,",
      "time between tokens, tokens per second, errors and fairness. One measurement",
      "for each value of --concurrency or --rate. Only for servers of your own."
    })
public final class LoadCommand implements Callable<Integer> {
  /** Of one measurement: enough for a day, and prompts can be numbered. */
  private static final int MAX_REQUESTS = 10_000_000;

  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "The server, such as http://127.0.0.1:8080.")
  private URI url;

  @Option(names = "--model", paramLabel = "M", required = true, description = "Model to ask.")
  private String model;

  @Option(
      names = "--api",
      paramLabel = "API",
      defaultValue = "chat",
      description = "chat or completions. Default: chat.")
  private Endpoint.Api api;

  @Option(
      names = "--concurrency",
      paramLabel = "N[,N]",
      split = ",",
      description = "Clients that ask one question after the other. Default: 1.")
  private List<Integer> concurrency = List.of();

  @Option(
      names = "--rate",
      paramLabel = "R[,R]",
      split = ",",
      description = "Instead: requests per second that arrive at random moments.")
  private List<Double> rates = List.of();

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      defaultValue = "256",
      description = "With --rate: most requests under way. Default: 256.")
  private int maxInFlight;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests of a measurement. Default: 8 for each client, 64 with --rate.")
  private Optional<Integer> requests;

  @Option(names = "--duration", paramLabel = "SECONDS", description = "Send for so long instead.")
  private Optional<Integer> seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Requests before, not counted. Default: one for each client.")
  private Optional<Integer> warmup;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "16",
      description = "Length of made-up prompts, about. Default: 16.")
  private int promptTokens;

  @Option(
      names = "--shared-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "So many of them are the same in all prompts. Default: 0.")
  private int sharedTokens;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "Prompts instead, one a line; - reads standard input.")
  private Optional<Path> prompts;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Longest answer. Default: 64.")
  private int maxTokens;

  @Option(
      names = "--abort-rate",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of clients that leave at a random moment. Default: 0.")
  private double abortRate;

  @Option(
      names = "--body",
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "Fields put into every request; null removes a usual one.")
  private String body;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description = "Sent as bearer token. Default: environment MAQUE_API_KEY.")
  private Optional<String> apiKey;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Longest wait for an answer. Default: 120.")
  private int timeoutSeconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Start of the random numbers. Default: 1.")
  private long seed;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public LoadCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    Endpoint endpoint = Arguments.checked(spec, this::endpoint);
    List<LoadPlan> plans = Arguments.checked(spec, this::plans);
    List<LoadReport> reports = new ArrayList<>();
    for (LoadPlan plan : plans) {
      LoadReport report = LoadRun.run(endpoint, plan);
      if (report.completed() + report.aborted() == 0) {
        throw noAnswers(endpoint, report);
      }
      reports.add(report);
      if (!json) {
        LoadTable.print(console.out(), report, reports.size() == 1);
      }
    }
    if (json) {
      Json.printObject(
          console.out(), out -> LoadTable.write(out, endpoint, maxTokens, seed, reports));
    }
    return ExitCode.DONE;
  }

  private static CommandFailedException noAnswers(Endpoint endpoint, LoadReport report) {
    return new CommandFailedException(
        "%s: no request was answered; %s"
            .formatted(
                endpoint.base(),
                report.errors().entrySet().stream()
                    .map(error -> error.getKey() + ": " + error.getValue().example())
                    .findFirst()
                    .orElse("none was sent")));
  }

  private Endpoint endpoint() {
    if (timeoutSeconds < 1) {
      throw new IllegalArgumentException("timeout: expected 1 or more, found " + timeoutSeconds);
    }
    return new Endpoint(
        url,
        api,
        model,
        apiKey.or(() -> Optional.ofNullable(console.environment().get("MAQUE_API_KEY"))),
        Duration.ofSeconds(timeoutSeconds),
        extraFields());
  }

  private ObjectNode extraFields() {
    try {
      if (new ObjectMapper().readTree(body) instanceof ObjectNode fields) {
        return fields;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("body: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException("body: expected a JSON object, found " + body);
  }

  private List<LoadPlan> plans() {
    if (!concurrency.isEmpty() && !rates.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected --concurrency or --rate, found both");
    }
    Prompts texts =
        prompts
            .map(file -> Prompts.of(TextFile.read(file, console).lines().toList()))
            .orElseGet(() -> Prompts.ofWords(sharedTokens, promptTokens - sharedTokens, seed));
    List<Integer> clients = concurrency.isEmpty() ? List.of(1) : concurrency;
    List<? extends Arrivals> arrivals =
        rates.isEmpty()
            ? clients.stream().map(Arrivals.Clients::new).toList()
            : rates.stream().map(rate -> new Arrivals.Poisson(rate, maxInFlight)).toList();
    List<LoadPlan> plans = new ArrayList<>();
    for (Arrivals each : arrivals) {
      // What one measurement asked is in the server's cache when the next one begins.
      plans.add(plan(each, texts.skip(plans.size() * MAX_REQUESTS)));
    }
    return plans;
  }

  private LoadPlan plan(Arrivals arrivals, Prompts texts) {
    int clients = arrivals instanceof Arrivals.Clients(int count) ? count : 1;
    int usual = arrivals instanceof Arrivals.Clients ? 8 * clients : 64;
    return new LoadPlan(
        arrivals,
        requests.orElse(seconds.isPresent() ? MAX_REQUESTS / 2 : usual),
        seconds.map(Duration::ofSeconds),
        warmup.orElse(clients),
        texts,
        maxTokens,
        abortRate,
        seed);
  }
}
