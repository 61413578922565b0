package io.maque.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void readsInGgufOrder() {
    Shape shape = Shape.of(896, 4864);

    assertThat(shape.columns()).isEqualTo(896);
    assertThat(shape.rows()).isEqualTo(4864);
    assertThat(shape.extent(2)).isEqualTo(1);
    assertThat(shape).hasToString("[896, 4864]").isEqualTo(Shape.of(896, 4864));
  }

  @Test
  void refusesExtentsThatNoTensorHas() {
    assertThatThrownBy(() -> Shape.of()).hasMessageContaining("1 to 4");
    assertThatThrownBy(() -> Shape.of(1, 1, 1, 1, 1)).hasMessageContaining("found 5");
    assertThatThrownBy(() -> Shape.of(3, 0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> Shape.of(Long.MAX_VALUE, 2)).isInstanceOf(ArithmeticException.class);
  }
}
