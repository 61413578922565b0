package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuQuotaTest {
  @TempDir private Path root;

  @Test
  void noControlGroupsMeansNoLimit() {
    assertThat(CpuQuota.read(root)).isEmpty();
    assertThat(CpuQuota.processors(root, 8)).isEqualTo(8);
  }

  @Test
  void versionTwoReadsTheGroupAndAllThatContainIt() throws IOException {
    write("proc/self/cgroup", "0::/kubepods/pod1/app\n");
    write("sys/fs/cgroup/kubepods/pod1/app/cpu.max", "max 100000\n");
    write("sys/fs/cgroup/kubepods/pod1/cpu.max", "250000 100000\n");
    write("sys/fs/cgroup/kubepods/cpu.max", "600000 100000\n");

    assertThat(CpuQuota.read(root)).hasValue(2.5);
    assertThat(CpuQuota.processors(root, 8)).isEqualTo(2);
    assertThat(CpuQuota.processors(root, 1)).isEqualTo(1);
  }

  @Test
  void insideAContainerTheLimitIsAtTheMount() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/cpu.max", "150000 100000\n");

    assertThat(CpuQuota.read(root)).hasValue(1.5);
    assertThat(CpuQuota.processors(root, 8)).isEqualTo(1);
  }

  @Test
  void lessThanOneProcessorIsOne() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/cpu.max", "20000 100000\n");

    assertThat(CpuQuota.processors(root, 8)).isEqualTo(1);
  }

  @Test
  void versionOneReadsTheCpuController() throws IOException {
    write("proc/self/cgroup", "9:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/\n");
    write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000\n");
    write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

    assertThat(CpuQuota.processors(root, 8)).isEqualTo(3);
  }

  @Test
  void versionOneWithoutALimitIsMinusOne() throws IOException {
    write("proc/self/cgroup", "4:cpuacct,cpu:/\n");
    write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");

    assertThat(CpuQuota.read(root)).isEmpty();
  }

  @Test
  void filesOfAnotherShapeAreNoLimit() throws IOException {
    write("proc/self/cgroup", "nonsense\n0::/../..\n");
    write("sys/fs/cgroup/cpu.max", "lots\n");

    assertThat(CpuQuota.read(root)).isEmpty();
  }

  private void write(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
