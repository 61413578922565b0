package io.maque.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that can be set, in the order of the help text. The name of a constant gives all three
 * spellings: {@code MAX_BODY} is {@code --max-body} on the command line, {@code
 * MAQUE_SERVE_MAX_BODY} in the environment and {@code max-body} in the file.
 */
public enum Setting {
  HOST("ADDRESS", "127.0.0.1", "Address to listen on; any but loopback needs API keys."),
  PORT("PORT", "8080", "Port to listen on; 0 takes a free one."),
  HOST_NAME(Kind.LIST, "NAME", "", "Name by which clients reach the server, beside its addresses."),
  ALLOW_ORIGIN(
      Kind.LIST, "ORIGIN", "", "Web site whose pages may call the server, as https://example.org."),

  MODEL(
      Kind.LIST,
      "[ALIAS=]MODEL",
      "",
      "Model to offer, by name or path; default all of the store and the built-in one."),
  MMPROJ(
      Kind.LIST,
      "[MODEL=]FILE",
      "",
      "Image encoder of a vision model that is offered by path; models of the store have theirs."),
  PIN(Kind.LIST, "MODEL", "", "Model to load at start and keep in memory."),
  MEMORY_BUDGET(
      "BYTES", "auto", "Memory for all loaded models; auto takes 70 % of machine or container."),
  IDLE_UNLOAD("TIME", "15m", "Unload a model not used for this long; never keeps it."),
  LOAD_TIMEOUT("TIME", "2m", "Longest wait of a request for its model to load."),
  CONTEXT("TOKENS", "0", "Longest conversation; 0 takes the model's own, at most 4096."),
  MAX_SEQUENCES("N", "8", "Requests that a model works on at the same time."),
  QUEUE("N", "64", "Requests that may wait for a model beside those."),
  KV_TYPE("TYPE", "f16", "Type of the KV caches: f16, or q8_0 in 8.5 bits a number."),
  THREADS("N", "0", "Threads that compute; 0 takes one per processor."),
  KERNELS("RUNG", "", "Begin at this rung of the kernel ladder; see 'maque kernels'."),

  API_KEY_FILE("FILE", "", "API keys, one a line: NAME KEY [rate=N] [concurrency=N]."),
  API_KEY(Kind.SECRET, "KEY", "", "A single API key; environment and file only."),
  INSECURE_NO_AUTH(
      Kind.SWITCH, "", "false", "Serve other machines without API keys. Anyone may use it."),
  KEY_RATE("N", "600", "Requests a minute that one API key may send; 0 does not limit."),
  KEY_CONCURRENCY("N", "64", "Requests of one API key at the same time; 0 does not limit."),

  TLS("MODE", "off", "off, self-signed, or pem with --tls-cert and --tls-key."),
  TLS_CERT("FILE", "", "Certificate chain in PEM."),
  TLS_KEY("FILE", "", "Private key in PEM: PKCS#8, PKCS#1 or SEC 1, not encrypted."),

  MAX_BODY("BYTES", "32m", "Largest request body."),
  IMAGE_HOST(
      Kind.LIST,
      "HOST",
      "",
      "Host that pictures may be fetched from; * is any public one. Without it none is."),
  MAX_HEADER("BYTES", "16k", "Largest request header."),
  MAX_HEADER_FIELDS("N", "100", "Most fields of a request header."),
  MAX_CONNECTIONS("N", "1024", "Open connections; more wait to be accepted."),
  MAX_REQUESTS("N", "256", "Requests at the same time; more get 503."),
  REQUEST_TIMEOUT("TIME", "30s", "Longest time from the first byte of a request to its last."),
  WRITE_TIMEOUT("TIME", "30s", "Longest time a client may refuse to read its answer."),
  IDLE_TIMEOUT("TIME", "75s", "Close a connection without requests after this."),
  SHUTDOWN_GRACE("TIME", "30s", "Time that running answers get to finish when told to stop."),

  ACCESS_LOG("FILE", "-", "JSON lines, one per request; - is standard error, off none."),
  LOG_PROMPTS(Kind.SWITCH, "", "false", "Write the bodies of requests to the access log.");

  private static final String ENVIRONMENT_PREFIX = "MAQUE_SERVE_";

  private enum Kind {
    VALUE,
    LIST,
    SWITCH,
    SECRET
  }

  private final Kind kind;
  private final String label;
  private final String defaultText;
  private final String description;

  Setting(String label, String defaultText, String description) {
    this(Kind.VALUE, label, defaultText, description);
  }

  Setting(Kind kind, String label, String defaultText, String description) {
    this.kind = kind;
    this.label = label;
    this.defaultText = defaultText;
    this.description = description;
  }

  /** The name in the file, such as {@code max-body}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The name on the command line, such as {@code --max-body}. */
  public String flag() {
    return "--" + key();
  }

  /** The name in the environment, such as {@code MAQUE_SERVE_MAX_BODY}. */
  public String variable() {
    return ENVIRONMENT_PREFIX + name();
  }

  /** What the value is, for help texts; empty for a switch. */
  public String label() {
    return label;
  }

  /** The value when nobody sets it; empty means none. */
  public String defaultText() {
    return defaultText;
  }

  /** One sentence for help texts and documents. */
  public String description() {
    return description;
  }

  /** Whether it may be given several times. */
  public boolean isList() {
    return kind == Kind.LIST;
  }

  /** Whether it is on or off; on the command line it takes no value. */
  public boolean isSwitch() {
    return kind == Kind.SWITCH;
  }

  /** Whether its value must never be shown; it has no flag, which other users of a machine see. */
  public boolean isSecret() {
    return kind == Kind.SECRET;
  }

  /** The setting of that name in the file. */
  static Optional<Setting> find(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key().equals(key)).findFirst();
  }

  /** The setting of that name in the environment. */
  static Optional<Setting> findVariable(String variable) {
    return Arrays.stream(values())
        .filter(setting -> setting.variable().equals(variable))
        .findFirst();
  }

  /** Whether a variable of the environment claims to be a setting. */
  static boolean isVariable(String variable) {
    return variable.startsWith(ENVIRONMENT_PREFIX);
  }

  /** All keys, for messages. */
  static List<String> keys() {
    return Arrays.stream(values()).map(Setting::key).toList();
  }
}
