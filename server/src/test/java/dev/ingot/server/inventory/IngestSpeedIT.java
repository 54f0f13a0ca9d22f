package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.store.TestStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IngestSpeedIT {
  @Test
  void speed() throws Exception {
    try (TestStore database = TestStore.open()) {
      DocumentStore store =
          new DocumentStore(
              database.store().ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
      TestNodes.make(database.jdbi(), 0, 20000);
      if (System.getProperty("alter") != null)
        database.jdbi().useHandle(h -> h.execute(System.getProperty("alter")));
      int at = 0;
      for (int n : new int[] {1000, 3000, 3000, 6000}) {
        List<List<NodeReports>> batches = new ArrayList<>();
        for (int b = 0; b < n / 50; b++) {
          List<NodeReports> batch = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            batch.add(TestNodes.report(TestNodes.id(at), 1, 1, sections(at)));
            at++;
          }
          batches.add(batch);
        }
        System.gc();
        long t = System.nanoTime();
        long cpu = cpu();
        for (var b : batches) store.store(b);
        double s = (System.nanoTime() - t) / 1e9;
        System.err.printf(
            "%d docs %.2f s, %.0f/s, java cpu %.3f ms/doc%n", n, s, n / s, (cpu() - cpu) / 1e6 / n);
      }
      for (String r :
          database
              .jdbi()
              .withHandle(
                  h ->
                      h.createQuery(
                              "select relname||' '||pg_size_pretty(pg_total_relation_size(oid))"
                                  + " from pg_class where relkind in ('r','i') and relname ~"
                                  + " 'inventory|event' order by pg_total_relation_size(oid) desc")
                          .mapTo(String.class)
                          .list())) System.err.println(r);
      // FieldClasses cost
      Section[] one = sections(5);
      for (int k = 0; k < 3; k++) {
        long t = System.nanoTime();
        for (int i = 0; i < 1000; i++) for (Section s : one) s.digest();
        System.err.printf("digest %.3f ms/doc%n", (System.nanoTime() - t) / 1e6 / 1000);
        t = System.nanoTime();
        for (int i = 0; i < 1000; i++) for (Section s : one) Json.bytes(s.content());
        System.err.printf("write %.3f ms/doc%n", (System.nanoTime() - t) / 1e6 / 1000);
      }
    }
  }

  static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  static Section[] sections(int n) {
    Random r = new Random(n);
    StringBuilder pci = new StringBuilder("[");
    for (int i = 0; i < 60; i++) {
      pci.append(i == 0 ? "" : ",")
          .append(
              "{\"slot\":\"0000:%02x:00.0\",\"class_id\":\"0604\",\"class_name\":\"PCI bridge\",\"vendor_id\":\"8086\",\"vendor_name\":\"Intel Corporation\",\"device_id\":\"%04x\",\"device_name\":\"Xeon E7 v4/Xeon E5 v4 %d\",\"driver\":\"pcieport\",\"revision\":\"01\"}"
                  .formatted(i, r.nextInt(65536), r.nextInt(1000)));
    }
    StringBuilder nics = new StringBuilder("[");
    for (int i = 0; i < 8; i++) {
      nics.append(i == 0 ? "" : ",")
          .append(
              "{\"devname\":\"eno%d\",\"address\":\"02:00:%02x:%02x:%02x:%02x\",\"permanent_address\":\"02:00:%02x:%02x:%02x:%02x\",\"driver\":\"ixgbe\",\"mtu\":1500,\"pci_slot\":\"0000:01:00.%d\",\"address_info\":[{\"addr\":\"10.%d.%d.%d\",\"netmask\":\"255.255.0.0\"}],\"carrier\":true,\"speed\":10000}"
                  .formatted(
                      i,
                      i,
                      n >> 16 & 255,
                      n >> 8 & 255,
                      n & 255,
                      i,
                      n >> 16 & 255,
                      n >> 8 & 255,
                      n & 255,
                      i,
                      n >> 16 & 255,
                      n >> 8 & 255,
                      n & 255));
    }
    StringBuilder disks = new StringBuilder("[");
    for (int i = 0; i < 12; i++) {
      disks
          .append(i == 0 ? "" : ",")
          .append(
              "{\"device\":\"/dev/sd%d\",\"model\":\"ST4000NM0023\",\"serial\":\"Z%08d%02d\",\"wwn\":\"0x5000c500%08x\",\"size\":4000787030016,\"media_type\":\"disk\",\"rotational\":true,\"sector_size\":{\"logical\":512,\"physical\":4096}}"
                  .formatted(i, n, i, r.nextInt()));
    }
    return new Section[] {
      s("pci", pci + "]"),
      s("interfaces", nics + "]"),
      s("os_storage", disks + "]"),
      s(
          "dmi",
          "{\"sys_vendor\":\"Dell Inc.\",\"product_name\":\"PowerEdge R%d\",\"product_serial\":\"S%d\",\"bios_version\":\"2.%d\"}"
              .formatted(n % 10, n, n % 7)),
      s(
          "mem",
          "{\"MemTotal\":%d,\"MemFree\":%d,\"Cached\":123456,\"SwapTotal\":0}"
              .formatted(64L << 30, r.nextInt())),
      s(
          "cpu",
          "[{\"physical_id\":0,\"model_name\":\"Intel(R) Xeon(R) CPU E5-2680 v4\",\"cores\":14,\"threads\":28,\"frequency\":{\"current\":%d}}]"
              .formatted(r.nextInt(1000))),
      s("usb", "[{\"port\":\"1-1\",\"vendor_id\":\"1d6b\",\"product\":\"xHCI Host Controller\"}]"),
      s("routes", "[{\"destination\":\"default\",\"via\":\"10.0.0.1\",\"dev\":\"eno1\"}]"),
    };
  }

  static Section s(String name, String json) {
    return TestNodes.section(name, json);
  }
}
