package io.maque.hub.checkpoint;

import io.maque.hub.reference.Quoted;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * All that a pickle of tensors may import, and what it means here: ordered dictionaries, kinds of
 * storage, and the functions that say which part of a storage a tensor is.
 */
final class TorchObjects implements Pickle.Objects {
  private static final int MAX_RANK = 8;

  private enum Callable {
    ORDERED_DICT,
    REBUILD_TENSOR,
    REBUILD_PARAMETER,
    SIZE
  }

  /** Bytes that tensors share. */
  record Storage(ElementType type, String key, long elements) {}

  /** A part of a storage, in elements. */
  record View(Storage storage, long offset, long[] extents, long[] strides) {
    /**
     * The tensor.
     *
     * @param storages the bytes of a storage by its key, or null
     */
    StoredTensor tensor(String name, String file, Function<String, MemorySegment> storages) {
      MemorySegment bytes = storages.apply(storage.key());
      int width = storage.type().bytes();
      try {
        long elements = 1;
        long last = 0;
        for (int i = 0; i < extents.length; i++) {
          elements = Math.multiplyExact(elements, extents[i]);
          last = Math.addExact(last, Math.multiplyExact(extents[i] - 1, strides[i]));
        }
        long begin = Math.multiplyExact(offset, width);
        long size = elements == 0 ? 0 : Math.multiplyExact(Math.addExact(last, 1), width);
        if (bytes != null && begin <= bytes.byteSize() && size <= bytes.byteSize() - begin) {
          return new StoredTensor(
              name, file, storage.type(), extents, strides, bytes.asSlice(begin, size));
        }
      } catch (ArithmeticException e) {
        throw new CheckpointException(
            "%s: tensor %s: has more elements than any file holds"
                .formatted(file, Quoted.shorten(name)),
            e);
      }
      throw new CheckpointException(
          "%s: tensor %s: expected its elements in storage %s, found %s; the file is cut off or damaged"
              .formatted(
                  file,
                  Quoted.shorten(name),
                  Quoted.shorten(storage.key()),
                  bytes == null ? "no such storage" : bytes.byteSize() + " bytes"));
    }
  }

  private final String file;
  private final Map<String, ElementType> storages = new HashMap<>();

  TorchObjects(String file) {
    this.file = file;
  }

  @Override
  public Optional<Object> find(String module, String name) {
    return switch (module + "." + name) {
      case "collections.OrderedDict" -> Optional.of(Callable.ORDERED_DICT);
      case "torch._utils._rebuild_tensor_v2" -> Optional.of(Callable.REBUILD_TENSOR);
      case "torch._utils._rebuild_parameter" -> Optional.of(Callable.REBUILD_PARAMETER);
      case "torch.Size" -> Optional.of(Callable.SIZE);
      default ->
          module.equals("torch")
              ? ElementType.findStorage(name).map(type -> (Object) type)
              : Optional.empty();
    };
  }

  @Override
  public Object call(Object callee, List<Object> arguments) {
    if (!(callee instanceof Callable callable)) {
      throw unexpected("a call of a function");
    }
    return switch (callable) {
      case ORDERED_DICT -> {
        if (!arguments.isEmpty()) {
          throw unexpected("an empty dictionary");
        }
        yield new LinkedHashMap<>();
      }
      case REBUILD_TENSOR -> view(arguments);
      case REBUILD_PARAMETER -> {
        if (arguments.isEmpty() || !(arguments.getFirst() instanceof View view)) {
          throw unexpected("a tensor");
        }
        yield view;
      }
      case SIZE -> {
        if (arguments.size() != 1 || !(arguments.getFirst() instanceof Pickle.Tuple tuple)) {
          throw unexpected("a tuple");
        }
        yield tuple;
      }
    };
  }

  private View view(List<Object> arguments) {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Long offset)
        || offset < 0) {
      throw unexpected("a storage, an offset, extents and strides");
    }
    long[] extents = counts(arguments.get(2));
    long[] strides = counts(arguments.get(3));
    if (extents.length != strides.length || extents.length > MAX_RANK) {
      throw unexpected("as many strides as extents, at most %d".formatted(MAX_RANK));
    }
    return new View(storage, offset, extents, strides);
  }

  private long[] counts(Object value) {
    if (!(value instanceof Pickle.Tuple tuple)) {
      throw unexpected("a tuple of counts");
    }
    return tuple.elements().stream()
        .mapToLong(element -> {
          if (element instanceof Long count && count >= 0) {
            return count;
          }
          throw unexpected("a count of at least 0");
        })
        .toArray();
  }

  @Override
  public Object load(List<Object> id) {
    if (id.size() < 5
        || !id.get(0).equals("storage")
        || !(id.get(1) instanceof ElementType type)
        || !(id.get(2) instanceof String key)
        || !(id.get(4) instanceof Long elements)
        || elements < 0
        || id.size() > 5 && id.get(5) != Pickle.NONE) {
      throw unexpected("a storage's kind, key, place and length");
    }
    storages.put(key, type);
    return new Storage(type, key, elements);
  }

  /** What each storage that was named so far is made of, by its key. */
  Map<String, ElementType> storages() {
    return Collections.unmodifiableMap(storages);
  }

  private CheckpointException unexpected(String expected) {
    return new CheckpointException(
        "%s: expected %s, found something else; the file is damaged or of a later version"
            .formatted(file, expected));
  }
}
