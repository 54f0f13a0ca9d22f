package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What storcli, storcli2 and perccli say of adapters, their drives and batteries. */
class FormsOfRaidControllersTest {
  private static JsonNode facts(String text) throws ParseFailure {
    return Parsers.parse("storcli", text).facts();
  }

  private static JsonNode adapter(String text) throws ParseFailure {
    return facts(text).path("adapters").path(0);
  }

  private static String answer(String data) {
    return """
    {"Controllers":[{"Command Status":{"CLI Version":"008.0001","Controller":"2",
    "Status":"Success","Description":"None"},"Response Data":%s}]}
    """
        .formatted(data);
  }

  @Test
  void storcli2SaysADriveAndItsAttributesSideBySide() throws ParseFailure {
    JsonNode adapter =
        adapter(
            answer(
                """
                {"Drives List":[{"Drive Information":{"EID:Slt":"310:7","PID":401,"State":"Conf",
                "Status":"Failed","DG":4,"Size":"1.818 TiB","Intf":"NVMe","Med":"SSD",
                "SED_Type":"-","SeSz":"512B","Model":"EXAMPLE 7","Sp":"U"},
                "Drive Detailed Information":{"Temperature(C)":33,"Serial Number":"S0001",
                "Vendor":"EXAMPLE ","WWN":"5000000000000007","Firmware Revision Level":"X1",
                "Logical Sector Size":"512B","Raw size":"1.819 TiB [0xe8e088b0 Sectors]",
                "Path Information":[{"Negotiated Speed":"16.0GT/s"}],
                "LU/NS Properties":{"Media Error Count":3,"Other Error Count":0,
                "Predictive Failure Count":1}}}]}
                """));

    assertThat(adapter.path("id").asString("")).isEqualTo("2");
    JsonNode drive = adapter.path("physical_drives").path(0);
    assertThat(drive.path("id").asString("")).isEqualTo("310:7");
    assertThat(drive.path("status").asString("")).isEqualTo("Failed");
    assertThat(drive.path("array").asString("")).isEqualTo("4");
    assertThat(drive.path("serial").asString("")).isEqualTo("S0001");
    assertThat(drive.path("firmware").asString("")).isEqualTo("X1");
    assertThat(drive.path("temperature_celsius").asLong()).isEqualTo(33);
    assertThat(drive.path("media_errors").asLong()).isEqualTo(3);
    assertThat(drive.path("predictive_failures").asLong()).isEqualTo(1);
    assertThat(drive.path("link_speed").asString("")).isEqualTo("16.0GT/s");
    assertThat(drive.path("size_bytes").asLong()).isEqualTo(0xe8e088b0L * 512);
  }

  @Test
  void storcli2SaysALogicalDriveWithItsDrives() throws ParseFailure {
    JsonNode adapter =
        adapter(
            answer(
                """
                {"Virtual Drives":[{"VD Info":{"DG/VD":"3/5","TYPE":"RAID1","State":"Dgrd",
                "Access":"RW","CurrentCache":"NR,WB","Size":"930.000 GiB","Name":"boot"},
                "PDs":[{"EID:Slt":"310:1","PID":390,"State":"Conf","Status":"Online","DG":3,
                "Size":"930.000 GiB","Intf":"SATA","Med":"SSD","SED_Type":"-","SeSz":"512B",
                "Model":"EXAMPLE","Sp":"U"}],
                "VD Properties":{"Strip Size":"64 KiB","Block Size":512,"Span Depth":1,
                "SCSI NAA Id":"6000000000000001","OS Drive Name":"/dev/sdq"}}]}
                """));

    JsonNode logical = adapter.path("logical_drives").path(0);
    assertThat(logical.path("id").asString("")).isEqualTo("5");
    assertThat(logical.path("array").asString("")).isEqualTo("3");
    assertThat(logical.path("strip_bytes").asLong()).isEqualTo(65536);
    assertThat(logical.path("os_drive").asString("")).isEqualTo("/dev/sdq");
    assertThat(logical.path("unique_id").asString("")).isEqualTo("6000000000000001");
    assertThat(logical.path("drives").path(0).asString("")).isEqualTo("310:1");
  }

  @Test
  void storcli2SaysItsControllerInPartsOfItsOwn() throws ParseFailure {
    JsonNode adapter =
        adapter(
            answer(
                """
                {"Basics":{"Product Name":"EXAMPLE 96","Serial Number":"SP1"},
                "Version":{"Package Version":"8.1.0","Firmware Version":"8.1.1"},
                "HostInterface":{"PCI Address":"00:b3:00:1"},
                "DeviceInterface":{"PCI Vendor ID":"0x1000","PCI Device ID":"0x00A5"},
                "Status":{"Controller Status":"Optimal","Controller Personality":"RAID"},
                "HwCfg":{"DDR Memory Size(MiB)":4096,"Chip temperature(C)":61},
                "Energy Pack Info":[{"Type":"Supercap","SubType":"FBU9","Voltage(mV)":8900,
                "Temperature(C)":24,"Status":"Critical"}]}
                """));

    assertThat(adapter.path("firmware_package").asString("")).isEqualTo("8.1.0");
    assertThat(adapter.path("pci_slot").asString("")).isEqualTo("0000:b3:00.1");
    assertThat(adapter.path("device_id").asString("")).isEqualTo("00a5");
    assertThat(adapter.path("mode").asString("")).isEqualTo("RAID");
    assertThat(adapter.path("cache_bytes").asLong()).isEqualTo(4L << 30);
    JsonNode battery = adapter.path("battery");
    assertThat(battery.path("kind").asString("")).isEqualTo("supercap");
    assertThat(battery.path("model").asString("")).isEqualTo("FBU9");
    assertThat(battery.path("state").asString("")).isEqualTo("Critical");
    assertThat(battery.path("temperature_celsius").asLong()).isEqualTo(24);
  }

  @Test
  void overviewsNameAdaptersByEitherColumn() throws ParseFailure {
    JsonNode newer =
        facts(
            """
            {"Controllers":[{"Command Status":{"Status":"Success"},"Response Data":{
            "Number of Controllers":1,"System Overview":[{"Ctrl":0,"Product Name":"EXAMPLE 24G",
            "SASAddress":"0X5000ABCD","Personality":"HBA","Status":"Optimal","PD(s)":4,"VD(s)":1,
            "VNOpt":0,"EPack":"Optimal","SerialNumber":"SP2   "}]}}]}
            """);
    JsonNode one = newer.path("adapters").path(0);
    assertThat(one.path("model").asString("")).isEqualTo("EXAMPLE 24G");
    assertThat(one.path("serial").asString("")).isEqualTo("SP2");
    assertThat(one.path("mode").asString("")).isEqualTo("HBA");
    assertThat(one.path("status").asString("")).isEqualTo("Optimal");
    assertThat(one.path("physical_drive_count").asLong()).isEqualTo(4);

    JsonNode hba =
        facts(
            """
            {"Controllers":[{"Command Status":{"Status":"Success"},"Response Data":{
            "Number of Controllers":1,"IT System Overview":[{"Ctl":1,"Model":"HBA 1",
            "VendId":4096,"DevId":172,"PCI Address":"00:af:00:00"}]}}]}
            """);
    assertThat(hba.path("adapters").path(0).path("pci_slot").asString(""))
        .isEqualTo("0000:af:00.0");
    assertThat(hba.path("adapters").path(0).path("device_id").asString("")).isEqualTo("00ac");
  }

  @Test
  void aBatterysTimeOfRetentionIsNoPartOfItsModel() throws ParseFailure {
    JsonNode battery =
        adapter(
                """
                Controller = 0
                Status = Success
                Description = None

                BBU_Info :
                ========

                ----------------------------------------------
                Model State    RetentionTime Temp Mode MfgDate
                ----------------------------------------------
                BBU   Degraded 48 hour(s)    29C  -    0/00/00
                ----------------------------------------------
                """)
            .path("battery");

    assertThat(battery.path("model").asString("")).isEqualTo("BBU");
    assertThat(battery.path("state").asString("")).isEqualTo("Degraded");
    assertThat(battery.path("temperature_celsius").asLong()).isEqualTo(29);
  }

  @Test
  void aBatteryThatIsShownAloneHasItsStateAndCharge() throws ParseFailure {
    JsonNode battery =
        adapter(
                """
                Controller = 0
                Status = Success
                Description = None

                BBU_Info :
                ========

                ----------------------
                Property      Value
                ----------------------
                Type          iBBU99
                Temperature   31 C
                Battery State Failed
                ----------------------

                GasGaugeStatus :
                ==============

                ------------------------------
                Property                 Value
                ------------------------------
                Fully Charged            No
                Relative State of Charge 57%
                ------------------------------
                """)
            .path("battery");

    assertThat(battery.path("model").asString("")).isEqualTo("iBBU99");
    assertThat(battery.path("state").asString("")).isEqualTo("Failed");
    assertThat(battery.path("charge_percent").asLong()).isEqualTo(57);
  }

  @Test
  void aDriveThatRebuildsIsThere() throws ParseFailure {
    JsonNode drives =
        adapter(
                """
                Controller = 1
                Status = Success
                Description = Show Drive Rebuild Status Succeeded.

                ------------------------------------------------------
                Drive-ID    Progress% Status          Estimated Time Left
                ------------------------------------------------------
                /c1/e32/s4         12 In progress     1 Hours 7 Minutes
                /c1/e32/s5 -          Not in progress -
                ------------------------------------------------------
                """)
            .path("physical_drives");

    assertThat(drives.path(0).path("id").asString("")).isEqualTo("32:4");
    assertThat(drives.path(0).path("progress_percent").asLong()).isEqualTo(12);
    assertThat(drives.path(0).path("task_status").asString("")).isEqualTo("In progress");
    assertThat(drives.path(1).has("progress_percent")).isFalse();
    assertThat(drives.path(1).path("task_status").asString("")).isEqualTo("Not in progress");
  }

  @Test
  void anAnswerOfAControllerSaysThatItIsThereAndAFailureOfADriveWithoutMediumNoSize()
      throws ParseFailure {
    JsonNode alone = facts(answer("{\"Total foreign Drive Groups\":0}"));
    assertThat(alone.at("/counts/adapters").asLong()).isEqualTo(1);
    JsonNode drive =
        adapter(
                answer(
                    """
                    {"PD LIST":[{"EID:Slt":"9:3","DID":5,"State":"UBUnsp","DG":"-","Size":"0 KB",
                    "Intf":"SAS","Med":"HDD","SED":"N","PI":"N","SeSz":"512B","Model":"X"}]}
                    """))
            .path("physical_drives")
            .path(0);
    assertThat(drive.has("size_bytes")).isFalse();
    assertThat(drive.path("state_meaning").asString("")).isEqualTo("unconfigured bad, unsupported");
  }

  @Test
  void blanksOfAPageAreBlanks() throws ParseFailure {
    String text =
        """
        Smart Array P999 in Slot 2    (sn: EXAMPLE1)

           array A (SAS, Unused Space: 0  MB)

              logicaldrive 1 (1.5 TB, RAID 5, OK)

              physicaldrive 1I:1:1 (port 1I:box 1:bay 1, SAS, 900.1 GB, OK)
        """;

    assertThat(ssacli(text.replace("  ", "\u00a0 "))).isEqualTo(ssacli(text));
    assertThat(ssacli(text.replace(' ', '\u00a0'))).isEqualTo(ssacli(text));
  }

  private static JsonNode ssacli(String text) throws ParseFailure {
    return Parsers.parse("ssacli", text).facts();
  }

  @Test
  void aMessageEndsWhereAControllerBegins() throws ParseFailure {
    JsonNode facts =
        ssacli(
            """
            FIRMWARE UPGRADE REQUIRED: A firmware update is recommended for this controller
                                       to prevent errors.
            Smart Array P999 in Slot 2 (Embedded)
               array A
                  logicaldrive 1 (1.5 TB, RAID 5, OK)
            """);

    assertThat(facts.path("counts").path("logical_drives").asLong()).isEqualTo(1);
  }
}
