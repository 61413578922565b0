package io.maque.hub.vocabulary;

import io.maque.hub.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The chat template of a folder, wherever the version of the libraries that wrote it put it. */
final class ChatTemplates {
  private static final String KEY = "tokenizer.chat_template";

  private ChatTemplates() {}

  static void putTo(Map<String, Object> keys, TokenizerFolder folder) {
    Optional<String> alone =
        folder
            .findText("chat_template.jinja")
            .or(() ->
                folder.find("chat_template.json").flatMap(file -> file.findText("chat_template")));
    if (alone.isPresent()) {
      keys.put(KEY, alone.get());
      return;
    }
    folder.find("tokenizer_config.json").ifPresent(config -> putTo(keys, config));
  }

  private static void putTo(Map<String, Object> keys, JsonValue config) {
    JsonValue template = config.at("chat_template");
    template.asText().ifPresent(text -> keys.put(KEY, text));
    List<String> names = new ArrayList<>();
    for (JsonValue named : template.elements()) {
      String name = named.text("name");
      if (name.equals("default")) {
        keys.put(KEY, named.text("template"));
      } else if (name.matches("\\w+")) {
        names.add(name);
        keys.put(KEY + "." + name, named.text("template"));
      }
    }
    if (!names.isEmpty()) {
      keys.put("tokenizer.chat_templates", names);
    }
  }
}
