package dev.ingot.agent.parse;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All parsers by the name of what they read. */
public final class Parsers {
  /** More is no output of one machine. */
  private static final int LONGEST = 4 << 20;

  private static final Map<String, OutputParser> ALL = new LinkedHashMap<>();

  static {
    ALL.put("dmidecode", new DmidecodeParser());
    ALL.put("lspci", new LspciParser());
    ALL.put("lsblk", new LsblkParser());
    ALL.put("lscpu", new LscpuParser());
    ALL.put("lshw", LshwParser::read);
    ALL.put("ethtool", new EthtoolParser());
    ALL.put("ip", new IpParser());
    ALL.put("smartctl", new SmartctlParser());
    ALL.put("nvme", new NvmeParser());
    ALL.put("hdparm", new HdparmParser());
    ALL.put("mdstat", new MdstatParser());
    ALL.put("mdadm", new MdadmParser());
    ALL.put("lvm", new LvmParser());
    ALL.put("multipath", new MultipathParser());
    ALL.put("storcli", new StorcliParser("storcli"));
    ALL.put("perccli", new StorcliParser("perccli"));
    ALL.put("megacli", MegacliParser::read);
    ALL.put("ssacli", new SsacliParser("ssacli"));
    ALL.put("hpssacli", new SsacliParser("hpssacli"));
    ALL.put("arcconf", ArcconfParser::read);
    ALL.put("ipmitool-lan", new IpmiLanParser());
    ALL.put("ipmitool-fru", new IpmiFruParser());
    ALL.put("ipmitool-sdr", new IpmiSdrParser());
    ALL.put("ipmitool-sel", new IpmiSelParser());
    ALL.put("ipmitool-mc", new IpmiMcParser());
    ALL.put("ipmitool-user", new IpmiUserParser());
    ALL.put("lldpcli", new LldpcliParser());
    ALL.put("lldp-frames", new LldpFramesParser());
    ALL.put("efibootmgr", new EfibootmgrParser());
  }

  private Parsers() {}

  /** Their names, in order. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * What one parser makes of an output.
   *
   * @throws ParseFailure if nothing in it could be understood
   * @throws IllegalArgumentException if there is no such parser
   */
  public static Parsed parse(String tool, String text) throws ParseFailure {
    OutputParser parser = ALL.get(tool);
    if (parser == null) {
      throw new IllegalArgumentException(
          "no parser of '" + tool + "'; there are " + String.join(", ", ALL.keySet()));
    }
    if (text.length() > LONGEST) {
      throw new ParseFailure("longer than " + LONGEST + " characters");
    }
    if (text.isBlank()) {
      throw new ParseFailure("nothing in it");
    }
    String said = text.replace("\0", "");
    return parser.parse(Pasted.plain(Pasted.uncoloured(said.substring(marks(said)))));
  }

  /** Marks of byte order that Windows puts before a text, read as UTF-8 or not. */
  private static int marks(String text) {
    int end = 0;
    while (end < Math.min(2, text.length()) && "\ufeff\ufffd".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return end;
  }
}
