package io.maque.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates from strangers: our exception in bounded time and memory, never another one. */
class TemplateHostileTest {
  private static final String DAMAGE = "{}%#-+|()[]'\"\\\n .,~*/=aé0\u0000\ud83d";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static Stream<String> towers() {
    return Stream.of(
            "(",
            "[",
            "{",
            "{'a':",
            "-",
            "not ",
            "x.y(",
            "1+(",
            "[x for ",
            "a if b else ",
            "x|f(",
            "1 is eq(")
        .map(piece -> "{{ " + piece.repeat(60_000));
  }

  static Stream<String> blocks() {
    return Stream.of(
            "{% if x %}",
            "{% for a in b %}", "{% macro m() %}", "{% filter upper %}", "{% set x %}")
        .map(piece -> piece.repeat(60_000));
  }

  static Stream<String> chains() {
    return Stream.of(
        "{{ 1" + " + 1".repeat(60_000) + " }}",
        "{{ x" + ".y".repeat(60_000) + " }}",
        "{{ x" + "|upper".repeat(60_000) + " }}",
        "{{ x" + "()".repeat(60_000) + " }}",
        "{{ 1" + " and 1".repeat(60_000) + " }}",
        "{{ " + "a if b else ".repeat(100) + "c" + " if 1".repeat(60_000) + " }}");
  }

  @ParameterizedTest
  @MethodSource({"towers", "blocks", "chains"})
  void nestingIsBounded(String source) {
    refused(source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ range(10**9) }}",
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{% if 1 %}{% for x in [1] %}{{ [m()]|map('upper')|list }}{% endfor %}{%"
            + " endif %}{% endmacro %}{{ m() }}",
        "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{{ 'x' * 10**30 }}",
        "{{ [1] * 10**9 }}",
        "{{ (1, 2) * 10**18 }}",
        "{{ 2 ** 1000000000 }}",
        "{{ 10 ** 10 ** 10 ** 10 ** 10 }}",
        "{% set ns = namespace(n=2) %}{% for x in range(100) %}{% set ns.n = ns.n * ns.n %}{%"
            + " endfor %}{{ ns.n }}",
        "{% set ns = namespace(s='x') %}{% for x in range(100) %}{% set ns.s = ns.s + ns.s %}{%"
            + " endfor %}",
        "{% set ns = namespace(s='x') %}{% for x in range(100) %}{% set ns.s = ns.s ~ ns.s %}{%"
            + " endfor %}",
        "{% set ns = namespace(s='xx') %}{% for x in range(100) %}{% set ns.s = ns.s|replace('x',"
            + " ns.s) %}{% endfor %}",
        "{% set ns = namespace(s='xx') %}{% for x in range(100) %}{% set ns.s = ns.s.join([ns.s,"
            + " ns.s, ns.s]) %}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for x in range(100) %}{% set ns.s = ns.s + ns.s %}{%"
            + " endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for x in range(100000) %}{% set ns.s = [ns.s] %}{%"
            + " endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=[1]) %}{% for x in range(100) %}{% set ns.s = [ns.s, ns.s] %}{%"
            + " endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=[1]) %}{% for x in range(100) %}{% set ns.s = [ns.s, ns.s] %}{%"
            + " endfor %}{{ ns.s|tojson }}",
        "{% set ns = namespace(a=[1], b=[1]) %}{% for x in range(100) %}{% set ns.a = [ns.a, ns.a]"
            + " %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
        "{% set ns = namespace(t=(1,)) %}{% for x in range(100) %}{% set ns.t = (ns.t, ns.t) %}{%"
            + " endfor %}{{ {ns.t: 1} }}",
        "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
        "{{ 'x'.center(10**9) }}",
        "{{ 'x'.zfill(10**9) }}",
        "{{ 'x'.ljust(10**18) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%.1000000000f' % 1 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ '{:.1000000000f}'.format(1.5) }}",
        "{{ '\\t'.expandtabs(10**9) }}",
        "{{ 'a'|indent(10**9) }}",
        "{{ [[[1]]]|tojson(indent=10**9) }}",
        "{{ [1]|batch(10**9, 0)|list }}",
        "{{ [1]|slice(10**9)|list }}",
        "{{ 1|round(10**9) }}{{ 1.5|round(-10**9) }}{{ 2|round(10**9, 'floor') }}",
        "{% for x in range(100000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{% set s = 'a' * 8000000 %}{% for x in range(100000) %}{{ s[1:]|length }}{% endfor %}",
        "{% set s = 'a' * 8000000 %}{% for x in range(100000) %}{{ 'b' in s }}{% endfor %}",
        "{% set s = 'a' * 1000000 %}{% set t = 'a' * 500000 + 'b' %}{% for x in range(1000) %}{{ t"
            + " in s }}{{ s.find(t) }}{{ s.rfind('b' + t) }}{{ s.count(t) }}{% endfor %}",
        "{% set s = 'a ' * 4000000 %}{{ s.split()|length }}",
        "{% set l = range(100000)|list %}{% for x in l %}{{ -1 in l }}{% endfor %}",
        "{% set l = range(100000)|list %}{% for x in l %}{% set y = l|sort(reverse=true) %}{%"
            + " endfor %}",
        "{{ 1 // 0 }}",
        "{{ x.__class__.__mro__ }}",
        "{{ ''['getClass']() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
      })
  void resourcesAreBounded(String source) {
    refused(source);
  }

  private static void refused(String source) {
    assertTimeoutPreemptively(
        PATIENCE,
        () ->
            assertThatThrownBy(
                    () -> Template.parse(source).render(Map.of(), GoldenTemplates.OPTIONS))
                .isInstanceOf(TemplateException.class));
  }

  @Test
  void sourcesAndContextsAreBounded() {
    TemplateLimits limits = TemplateLimits.DEFAULT;
    refused("x".repeat(limits.maxSourceChars() + 1));
    Object deep = "x";
    for (int i = 0; i < 100_000; i++) {
      deep = List.of(deep);
    }
    Map<String, Object> context = Map.of("deep", deep);
    Template template = Template.parse("ok");
    assertThatThrownBy(() -> template.render(context, GoldenTemplates.OPTIONS))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nested");
  }

  @Test
  void truncationAndDamageNeverEscape() {
    List<String> sources = new ArrayList<>();
    for (Object row : (List<?>) GoldenTemplates.read("language.json").get("cases")) {
      sources.add((String) ((Map<?, ?>) row).get("template"));
    }
    Random random = new Random(20_250_314);
    Map<String, Object> context =
        GoldenTemplates.context(GoldenTemplates.read("language.json").get("context"));
    int failed = 0;
    for (String source : sources) {
      int cut = random.nextInt(source.length() + 1);
      StringBuilder damaged = new StringBuilder(source);
      for (int i = 0; i < 2 && !source.isEmpty(); i++) {
        char other = DAMAGE.charAt(random.nextInt(DAMAGE.length()));
        damaged.setCharAt(random.nextInt(source.length()), other);
      }
      for (String hostile : List.of(source.substring(0, cut), damaged.toString())) {
        failed += GoldenTemplates.render(hostile, context) == null ? 1 : 0;
      }
    }

    assertThat(failed).isPositive();
  }
}
