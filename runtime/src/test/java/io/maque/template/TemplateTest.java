package io.maque.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private static final RenderOptions OPTIONS =
      RenderOptions.at(ZonedDateTime.of(2025, 3, 4, 9, 26, 53, 0, ZoneOffset.UTC));

  private static String render(String source, Map<String, ?> context) {
    return Template.parse(source).render(context, OPTIONS);
  }

  @Test
  void rendersAConversation() {
    String chatml =
        """
        {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\\n' + message.content | trim + '<|im_end|>\\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\\n' }}
        {%- endif %}
        """;
    Map<String, Object> context =
        Map.of(
            "messages",
            List.of(Map.of("role", "user", "content", " 你好 ")),
            "add_generation_prompt",
            true);
    assertThat(render(chatml, context))
        .isEqualTo("<|im_start|>user\n你好<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void readsEveryKindOfContextValue() {
    Map<String, Object> context =
        Map.of(
            "v",
            Arrays.asList(
                null,
                true,
                1,
                2L,
                (short) 3,
                0.5f,
                1e16,
                BigInteger.TWO.pow(70),
                "s",
                Map.of(1, 2)));
    assertThat(render("{{ v }}", context))
        .isEqualTo("[None, True, 1, 2, 3, 0.5, 1e+16, 1180591620717411303424, 's', {1: 2}]");
  }

  @Test
  void readsAMessageWithoutRole() {
    Map<String, Object> message = new HashMap<>();
    message.put("role", null);
    assertThat(render("{{ m.role }}", Map.of("m", message))).isEqualTo("None");
  }

  @Test
  void refusesContextValuesItCannotShow() {
    assertThatThrownBy(() -> render("", Map.of("messages", List.of(Map.of("at", new Date(0))))))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("[messages, 0, at]")
        .hasMessageContaining("java.util.Date");
  }

  @Test
  void raiseExceptionSpeaksForItself() {
    assertThatThrownBy(
            () -> render("\n{{ raise_exception('roles must ' ~ 'alternate') }}", Map.of()))
        .isInstanceOfSatisfying(
            TemplateException.class, e -> assertThat(e.raisedByTemplate()).isTrue())
        .hasMessage("roles must alternate");
  }

  @Test
  void otherErrorsSayTheLine() {
    assertThatThrownBy(() -> render("a\nb\n{% if true %}\n{{ x.y }}{% endif %}", Map.of()))
        .isInstanceOf(TemplateException.class)
        .hasMessage("template line 4: 'x' is undefined");
  }

  @Test
  void syntaxErrorsSayLineFoundAndExpected() {
    assertThatThrownBy(() -> Template.parse("a\n{% for x of y %}{% endfor %}"))
        .isInstanceOf(TemplateSyntaxException.class)
        .hasMessage("template line 2: expected 'in', found 'of'");
    assertThatThrownBy(() -> Template.parse("{% do x %}"))
        .isInstanceOf(TemplateSyntaxException.class)
        .hasMessageContaining("'do'");
    assertThatThrownBy(() -> Template.parse("{{ x | nothing }}"))
        .isInstanceOf(TemplateSyntaxException.class)
        .hasMessageContaining("filter")
        .hasMessageContaining("'nothing'");
  }

  @Test
  void showsTheGivenTime() {
    String format = "%a %A %b %B %d %-d %e %y %Y %H %I %M %S %p %j %F %T %m %-m %w %%";
    assertThat(render("{{ strftime_now(f) }}", Map.of("f", format)))
        .isEqualTo(
            "Tue Tuesday Mar March 04 4  4 25 2025 09 09 26 53 AM 063 2025-03-04 09:26:53 03 3 2"
                + " %");
  }
}
