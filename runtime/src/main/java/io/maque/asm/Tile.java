package io.maque.asm;

/**
 * An AMX tile register: up to 16 rows of 64 bytes, as {@code ldtilecfg} has set it up.
 *
 * @param number 0 to 7
 */
public record Tile(int number) {

  public Tile {
    if (number < 0 || number > 7) {
      throw new IllegalArgumentException("expected tile 0 to 7, found " + number);
    }
  }

  @Override
  public String toString() {
    return "tmm" + number;
  }
}
