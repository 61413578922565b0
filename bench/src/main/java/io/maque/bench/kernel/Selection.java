package io.maque.bench.kernel;

import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which kernel benchmarks to run with which parameters.
 *
 * @param runs in the order they are run
 */
public record Selection(List<Run> runs) {
  private static final List<String> SHAPES =
      List.of("896x896", "896x4864", "4864x896", "3072x8192");

  /**
   * One benchmark class with values of its parameters; JMH runs all their combinations.
   *
   * @param parameters values by name; the benchmark's own defaults where there are none
   */
  public record Run(Class<?> benchmark, Map<String, String[]> parameters) {}

  /** The formats of the published models on the kernels Maque would choose: some two minutes. */
  public static Selection quick() {
    List<Run> runs = new ArrayList<>();
    for (String format : List.of("Q4_K", "Q6_K", "Q4_0", "Q4_1", "Q5_0", "Q8_0", "F16")) {
      Map<String, String[]> parameters = new TreeMap<>();
      parameters.put("format", of(format));
      parameters.put("shape", of("3072x8192"));
      parameters.put("tokens", of("1", "8", "128"));
      parameters.put("threads", of("0"));
      runs.add(new Run(MatMulBenchmark.class, parameters));
    }
    runs.add(
        new Run(
            AttentionBenchmark.class,
            Map.of("format", of("F16"), "groupSize", of("7"), "headLength", of("64"))));
    runs.add(new Run(RowBenchmark.class, Map.of("columns", of("896"))));
    return new Selection(runs);
  }

  /**
   * Everything: each rung of this machine with each format that the rung itself serves. The scalar
   * rung, which only defines what is right, is measured on little.
   */
  public static Selection full() {
    List<Run> runs = new ArrayList<>();
    for (String rung : Rung.usable()) {
      boolean scalar = rung.equals("scalar");
      Set<String> served = Rung.served(rung);
      for (TensorType type : TensorType.values()) {
        if (served.contains("matMul " + type)) {
          runs.add(matMul(rung, type, scalar));
        }
      }
      for (String format : List.of("F16", "F32")) {
        if (served.contains("attention " + format)) {
          runs.add(
              new Run(AttentionBenchmark.class, Map.of("rung", of(rung), "format", of(format))));
        }
      }
      if (served.contains("add ")) {
        runs.add(new Run(RowBenchmark.class, Map.of("rung", of(rung))));
      }
    }
    return new Selection(runs);
  }

  private static Run matMul(String rung, TensorType type, boolean scalar) {
    Map<String, String[]> parameters = new TreeMap<>();
    parameters.put("rung", of(rung));
    parameters.put("format", of(type.name()));
    if (scalar) {
      parameters.put("shape", of("4864x896"));
      parameters.put("tokens", of("1", "8"));
      parameters.put("threads", of("1"));
    } else {
      parameters.put("shape", shapes(type));
    }
    return new Run(MatMulBenchmark.class, parameters);
  }

  /** The shapes whose rows are whole blocks. */
  private static String[] shapes(TensorType type) {
    return SHAPES.stream()
        .filter(shape ->
            Integer.parseInt(shape.substring(0, shape.indexOf('x'))) % type.blockSize() == 0)
        .toArray(String[]::new);
  }

  /** The runs that can have these values of a parameter, and only with them. */
  public Selection only(String parameter, List<String> values) {
    List<Run> narrowed = new ArrayList<>();
    for (Run run : runs) {
      String[] kept = kept(run, parameter, values);
      if (kept.length > 0) {
        Map<String, String[]> parameters = new TreeMap<>(run.parameters());
        parameters.put(parameter, kept);
        narrowed.add(new Run(run.benchmark(), parameters));
      }
    }
    return new Selection(narrowed);
  }

  private static String[] kept(Run run, String parameter, List<String> values) {
    if (run.parameters().containsKey(parameter)) {
      return Stream.of(run.parameters().get(parameter))
          .filter(values::contains)
          .toArray(String[]::new);
    }
    boolean known =
        Stream.of(run.benchmark().getFields()).anyMatch(field -> field.getName().equals(parameter));
    return known ? values.toArray(String[]::new) : new String[0];
  }

  private static String[] of(String... values) {
    return values;
  }
}
