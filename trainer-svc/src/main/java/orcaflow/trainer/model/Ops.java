package orcaflow.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import orcaflow.trainer.torch.Precision;
import orcaflow.trainer.torch.Torch;

/**
 * The student's mathematics, {@code ops.py}, as a loaded TorchScript module. The text is packed
 * here into the ZIP that torch loads, so that no binary and no Python step is needed.
 */
public final class Ops implements AutoCloseable {

  private final PtSymbolBlock module;
  private final NDManager names;

  /** In the precision of this JVM. */
  public Ops() {
    this(Precision.current());
  }

  public Ops(Precision precision) {
    names = Torch.manager();
    try (InputStream zip = new ByteArrayInputStream(packed(precision))) {
      module = JniUtils.loadModule((PtNDManager) names, zip, true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls a method that gives one array, as {@link #callAll} does. */
  public NDArray call(String method, boolean train, NDManager scope, NDList inputs) {
    return callAll(method, train, scope, inputs).singletonOrThrow();
  }

  /**
   * Calls a method. The results belong to {@code scope}.
   *
   * @param train whether gradients are recorded
   * @param inputs in the method's order; those of a list carry its name with {@code []} behind
   */
  public NDList callAll(String method, boolean train, NDManager scope, NDList inputs) {
    JniUtils.setGradMode(train);
    JniUtils.setGraphExecutorOptimize(false);
    NDList all = new NDList(inputs.size() + 1);
    all.addAll(inputs);
    try (NDArray name = names.create(0)) {
      name.setName("module_method:" + method);
      all.add(name);
      NDList results = IValueUtils.forward(module, all, train);
      results.attach(scope);
      return results;
    }
  }

  @Override
  public void close() {
    module.close();
    names.close();
  }

  private static byte[] packed(Precision precision) throws IOException {
    try (InputStream text = Ops.class.getResourceAsStream("ops.py")) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        store(zip, "ops/data.pkl", pickledObject(precision == Precision.BFLOAT16));
        store(zip, "ops/code/__torch__.py", text.readAllBytes());
        store(zip, "ops/constants.pkl", ascii("\u0080\u0002)."));
        store(zip, "ops/version", ascii("3\n"));
      }
      return bytes.toByteArray();
    }
  }

  /** Pickle, protocol 2, of a {@code __torch__.Ops} whose state is {training: True, half: half}. */
  private static byte[] pickledObject(boolean half) {
    return ascii(
        "\u0080\u0002c__torch__\nOps\n)\u0081}X\u0008\u0000\u0000\u0000training\u0088s"
            + "X\u0004\u0000\u0000\u0000half%ssb.".formatted(half ? "\u0088" : "\u0089"));
  }

  private static byte[] ascii(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
