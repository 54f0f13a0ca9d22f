package dev.ingot.agent.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** SRV records, RFC 2782: the lowest priority first, then the highest weight. */
final class ServiceRecords {
  private static final String SERVICE = "_ingot._tcp.";
  private static final int MOST = 16;

  private ServiceRecords() {}

  private record Answer(int priority, int weight, int port, String target) {}

  /**
   * The servers of a domain; none if it has no such record.
   *
   * @throws NamingException if nobody answers
   */
  static List<Place> of(String dns, String domain) throws NamingException {
    Hashtable<String, String> settings = new Hashtable<>();
    settings.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
    settings.put("java.naming.provider.url", dns);
    settings.put("com.sun.jndi.dns.timeout.initial", "1000");
    settings.put("com.sun.jndi.dns.timeout.retries", "2");
    String name = SERVICE + domain;
    List<Answer> answers = new ArrayList<>();
    InitialDirContext context = new InitialDirContext(settings);
    try {
      Attribute records = context.getAttributes(name, new String[] {"SRV"}).get("SRV");
      if (records != null) {
        NamingEnumeration<?> all = records.getAll();
        while (all.hasMore() && answers.size() < MOST) {
          read(String.valueOf(all.next()), answers);
        }
      }
    } catch (NameNotFoundException e) {
      return List.of();
    } finally {
      context.close();
    }
    answers.sort(
        Comparator.comparingInt(Answer::priority)
            .thenComparing(Comparator.comparingInt(Answer::weight).reversed()));
    return answers.stream()
        .map(each -> Place.of(each.target(), each.port(), "the DNS record " + name))
        .toList();
  }

  private static void read(String record, List<Answer> answers) {
    String[] words = record.strip().split("\\s+", -1);
    if (words.length == 4
        && !words[3].equals(".")
        && record.matches("[0-9]{1,5} [0-9]{1,5} [0-9]{1,5} \\S+")) {
      answers.add(
          new Answer(
              Integer.parseInt(words[0]),
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              words[3]));
    }
  }
}
