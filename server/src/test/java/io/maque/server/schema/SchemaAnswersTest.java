package io.maque.server.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.maque.fixture.RealModels;
import io.maque.gguf.GgufFile;
import io.maque.grammar.Grammar;
import io.maque.grammar.TokenGrammar;
import io.maque.grammar.TokenTrie;
import io.maque.server.schema.Answering.Answer;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.TinyVocabulary;
import io.maque.tokenizer.TokenType;
import io.maque.tokenizer.Tokenizer;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a model wants to say, it says what the schema allows: a validator is the witness. */
class SchemaAnswersTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @Test
  void randomAnswersToRandomSchemasAreValid() throws Exception {
    Tokenizer tokenizer =
        TinyVocabulary.byteLevel(
                "qwen2", "\" :", "\" ,", "Ã ©", "{ \"", "1 0", "} ,", "\\ \"", "] ]")
            .add("<|im_end|>", TokenType.CONTROL)
            .tokenizer();
    check(tokenizer, 150, 3);
  }

  @Tag("real")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        "SmolLM2-135M-Instruct.Q4_1.gguf",
        "gemma-3-270m-q4_k_m.gguf"
      })
  void randomAnswersInRealTokensAreValid(String model) throws Exception {
    try (GgufFile file = GgufFile.open(RealModels.path(model))) {
      Tokenizer tokenizer = Tokenizer.from(file.metadata());
      tokenizer.encode("", Special.TEXT);
      check(tokenizer, 60, 2);
    }
  }

  private static void check(Tokenizer tokenizer, int schemas, int answers) throws Exception {
    TokenTrie trie = TokenTrie.of(tokenizer);
    for (int round = 0; round < schemas; round++) {
      long seed = 77_000 + round;
      Random random = new Random(seed);
      JsonNode schema = new RandomSchemas(random).document();
      Grammar grammar;
      try {
        grammar = Grammars.compile(new ResponseFormat(schema).rules());
      } catch (UnsupportedSchemaException e) {
        throw new AssertionError("seed %d: %s".formatted(seed, schema.toPrettyString()), e);
      }
      TokenGrammar tokens = new TokenGrammar(grammar, trie);
      JsonSchema validator =
          JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema.toString());
      Answering model = new Answering(tokenizer, random);
      for (int i = 0; i < answers; i++) {
        Answer answer = model.answer(tokens.create());
        String description =
            "seed %d: %s%nanswer: %s".formatted(seed, schema.toPrettyString(), answer.text());
        assertThat(JSON.readTree(answer.text())).as(description).isNotNull();
        assertThat(
                validator.validate(
                    answer.text(),
                    InputFormat.JSON,
                    context -> context.getExecutionConfig().setFormatAssertionsEnabled(true)))
            .as(description)
            .isEmpty();
      }
    }
  }
}
