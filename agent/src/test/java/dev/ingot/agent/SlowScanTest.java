package dev.ingot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlowScanTest {
  @Test
  void whatChangesTogetherIsLookedAtOnceAndWhatChangesMeanwhileAfterIt() throws Exception {
    LinkedBlockingQueue<List<String>> looked = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<String> going = new LinkedBlockingQueue<>();
    SlowScan.Looking looking =
        sections -> {
          looked.add(sections);
          going.take();
        };
    try (SlowScan scan = new SlowScan(looking, new SlowScan.Patience(200, 2_000, 1))) {
      scan.changed(Set.of("usb"));
      scan.changed(Set.of("pci", "usb"));
      scan.start();
      assertThat(looked.poll(20, TimeUnit.SECONDS)).containsExactly("pci", "usb");
      scan.changed(Set.of("lldp"));
      scan.changed(Set.of("routes"));
      assertThat(looked).as("one at a time").isEmpty();
      going.add("on");
      assertThat(looked.poll(20, TimeUnit.SECONDS)).containsExactly("lldp", "routes");
      scan.changed(Set.of());
    }
  }
}
