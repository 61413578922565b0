package io.maque.lab.cases;

import io.maque.hub.json.JsonValue;
import java.util.List;
import java.util.random.RandomGenerator;

/** Questions that come without a picture. */
final class TalkScenes {
  private TalkScenes() {}

  /** Small talk, or a question about the world. */
  static Scene talk(Texts texts, RandomGenerator random, Language language) {
    List<JsonValue> entries = texts.talk();
    JsonValue entry = Texts.pick(random, entries).at(language.key());
    String question = Texts.pick(random, Texts.texts(entry.at("ask")));
    return Scene.pictureless(question, entry.text("answer"));
  }

  /** A question about a picture that is not there. */
  static Scene pictureless(Texts texts, RandomGenerator random, Language language) {
    String kind = Texts.pick(random, texts.questions());
    String question = texts.anyQuestion(random, kind, language);
    return Scene.pictureless(question, texts.one("pictureless").in(language));
  }
}
