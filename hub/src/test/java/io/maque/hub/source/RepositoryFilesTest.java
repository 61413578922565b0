package io.maque.hub.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.transfer.PullException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepositoryFilesTest {
  private static List<String> choose(String... paths) {
    return RepositoryFiles.choose(List.of(paths), "hf:o/r");
  }

  @Test
  void theOnlyModelIsTaken() {
    assertThat(choose("README.md", "model.gguf")).containsExactly("model.gguf");
  }

  @Test
  void ofSeveralTheMiddleQuantisationIsTaken() {
    assertThat(choose("a-fp16.gguf", "a-q4_k_m.gguf", "a-q4_0.gguf", "a-q8_0.gguf"))
        .containsExactly("a-q4_k_m.gguf");
    assertThat(choose("A.Q8_0.gguf", "A.F16.gguf")).containsExactly("A.Q8_0.gguf");
    assertThat(choose("phi-q4.gguf", "phi-fp16.gguf")).containsExactly("phi-q4.gguf");
    assertThat(choose("x-IQ4_XS.gguf", "x-Q4_K_M_L.gguf", "x-Q4_K_S.gguf"))
        .containsExactly("x-Q4_K_S.gguf");
  }

  @Test
  void aProjectorComesAlong() {
    assertThat(choose("mmproj-F16.gguf", "m-Q4_K_M.gguf", "mmproj-Q8_0.gguf", "mmproj-BF16.gguf"))
        .containsExactly("m-Q4_K_M.gguf", "mmproj-Q8_0.gguf");
  }

  @Test
  void aSplitModelComesWhole() {
    assertThat(
            choose(
                "q4/m-q4_k_m-00002-of-00002.gguf",
                "q4/m-q4_k_m-00001-of-00002.gguf",
                "q8/m-q8_0-00001-of-00001.gguf"))
        .containsExactly("q4/m-q4_k_m-00001-of-00002.gguf", "q4/m-q4_k_m-00002-of-00002.gguf");
    assertThat(RepositoryFiles.withAllParts("m-00001-of-99999.gguf")).hasSize(1);
  }

  @Test
  void whatCannotBeDecidedIsAskedForWithAShortList() {
    String[] many =
        IntStream.range(0, 50).mapToObj("model-%02d.gguf"::formatted).toArray(String[]::new);
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> choose(many))
        .withMessageContaining("50 models")
        .withMessageContaining("model-19.gguf")
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("model-20.gguf"));
  }

  @Test
  void namesThatAreNoneAreNotThere() {
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> choose("../x.gguf", "/x.gguf", "a b.gguf", "x.safetensors", ".gguf"))
        .withMessageContaining("holds no .gguf file");
  }
}
