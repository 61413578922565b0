package io.maque.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.grammar.Expression;
import io.maque.grammar.Grammar;
import io.maque.grammar.GrammarException;
import io.maque.grammar.TokenGrammar;
import io.maque.grammar.TokenTrie;
import io.maque.sampling.ConstraintFactory;
import io.maque.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Compiled grammars by what they were made of. Keeps the most recently used, so that a schema asked
 * for again costs nothing; what belongs to a vocabulary goes with its model. Safe for any number of
 * threads.
 */
public final class Grammars {
  private static final int KEPT = 32;

  private final Map<Tokenizer, Vocabulary> vocabularies = new WeakHashMap<>();

  /** What an answer must look like, and a name that is the same only for the same. */
  public interface Source {
    /** Equal for equal grammars. */
    String key();

    /** The rules of the grammar; the one that a whole answer matches is called {@code answer}. */
    Map<String, Expression> rules();
  }

  /** The tree of a vocabulary, and grammars over it. */
  private static final class Vocabulary {
    private final TokenTrie trie;
    private final Map<String, TokenGrammar> grammars =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, TokenGrammar> eldest) {
            return size() > KEPT;
          }
        };

    Vocabulary(TokenTrie trie) {
      this.trie = trie;
    }
  }

  /** What holds answers of a model with this tokenizer to {@code source}. */
  public ConstraintFactory constraint(Source source, Tokenizer tokenizer) {
    Vocabulary vocabulary = vocabulary(tokenizer);
    synchronized (vocabulary) {
      return vocabulary.grammars.computeIfAbsent(
          source.key(), key -> new TokenGrammar(compile(source.rules()), vocabulary.trie));
    }
  }

  /**
   * Begins to make what answers of a model with this tokenizer will need, on a thread of its own,
   * so that the first request does not wait for all of it.
   */
  public void prepare(Tokenizer tokenizer) {
    Thread.ofPlatform().name("maque-grammars").daemon().start(() -> vocabulary(tokenizer));
  }

  private synchronized Vocabulary vocabulary(Tokenizer tokenizer) {
    return vocabularies.computeIfAbsent(tokenizer, key -> new Vocabulary(TokenTrie.of(key)));
  }

  /**
   * Compiles rules whose start is called {@code answer}.
   *
   * @throws UnsupportedSchemaException when the grammar is too large or matches nothing
   */
  static Grammar compile(Map<String, Expression> rules) {
    try {
      return Grammar.compile(rules, "answer");
    } catch (GrammarException e) {
      throw new UnsupportedSchemaException("", e.getMessage());
    }
  }

  /** Rules of JSON that every schema may use; a new map, to be added to. */
  public static Map<String, Expression> sharedRules() {
    return JsonRules.rules();
  }

  /**
   * Adds the rules of a schema.
   *
   * @param prefix begins their names, so that several schemas can share a grammar
   * @param rules from {@link #sharedRules}
   * @return what a value of the schema looks like
   * @throws UnsupportedSchemaException for what cannot be guaranteed
   */
  public static Expression add(JsonNode schema, String prefix, Map<String, Expression> rules) {
    return SchemaGrammar.add(schema, prefix, rules);
  }
}
