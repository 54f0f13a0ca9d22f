package dev.ingot.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may import whom. ARCHITECTURE.md says why. */
class ArchitectureTest {
  private static final String ROOT = "dev.ingot.";

  /** Each module's first package and the modules it may see. */
  private static final Map<String, Set<String>> MODULES =
      Map.ofEntries(
          Map.entry("core", Set.of()),
          Map.entry("configuration", Set.of("core")),
          Map.entry("protocol", Set.of("core")),
          Map.entry("netboot", Set.of("core")),
          Map.entry("postgres", Set.of()),
          Map.entry("amqp", Set.of("core", "configuration")),
          Map.entry("broker", Set.of()),
          Map.entry("agent", Set.of("core", "configuration", "protocol")),
          Map.entry(
              "server", Set.of("core", "configuration", "protocol", "postgres", "netboot", "amqp")),
          Map.entry("agentamqp", Set.of("core", "configuration", "protocol", "agent", "amqp")),
          Map.entry("client", Set.of()),
          Map.entry("cli", Set.of("client", "configuration")),
          Map.entry("simulator", Set.of("core", "protocol", "agent")),
          Map.entry("testkit", Set.of("core", "postgres", "broker")),
          Map.entry(
              "app",
              Set.of(
                  "core",
                  "configuration",
                  "protocol",
                  "postgres",
                  "broker",
                  "agent",
                  "server",
                  "client",
                  "cli",
                  "simulator",
                  "netboot")));

  /** The server's packages from the ground up: each sees those before it. */
  private static final List<String> FLOORS =
      List.of(
          "problem",
          "store",
          "access",
          "events",
          "http",
          "broker",
          "logs",
          "nodes",
          "inventory",
          "agents",
          "jobs",
          "boot",
          "resources",
          "eve",
          "plugins",
          "vogeler",
          "ur",
          "mercury",
          "workflow",
          "webhooks");

  /**
   * The edge: the only classes that may read the machine's clock or let a thread sleep, and why.
   */
  private static final Map<String, String> CLOCKS =
      Map.ofEntries(
          Map.entry("agent.Agent", "hands the clock to the rest of the agent"),
          Map.entry("app.BootstrapCommands", "numbers a bundle by the time it is made"),
          Map.entry("app.SimulateCommand", "hands the clock to the simulation"),
          Map.entry("cli.Terminal", "the person's clock"),
          Map.entry("client.IngotClient", "waits before it asks for events again"),
          Map.entry("postgres.EmbeddedPostgres", "watches a process"),
          Map.entry("postgres.Waiter", "waits for a process"),
          Map.entry("server.Server", "hands the clock to all others"),
          Map.entry("server.store.Reaching", "waits between attempts to reach the database"),
          Map.entry("server.store.WakeUps", "waits before it listens again"),
          Map.entry("server.store.queue.QueueWorkers", "renews leases at intervals"));

  private static JavaClasses all;

  @BeforeAll
  static void readTheClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.ingot");
  }

  @Test
  void everyModuleSeesOnlyTheModulesBelowIt() {
    MODULES.forEach(
        (module, seen) -> {
          String[] allowed =
              java.util.stream.Stream.concat(seen.stream(), java.util.stream.Stream.of(module))
                  .map(name -> ROOT + name + "..")
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage(ROOT + module + "..")
              .should()
              .dependOnClassesThat(
                  resideInAPackage("dev.ingot..").and(not(resideInAnyPackage(allowed))))
              .as(module + " sees only " + seen)
              .allowEmptyShould(true)
              .check(all);
        });
  }

  @Test
  void everyPackageBelongsToAModuleWithRules() {
    Set<String> modules =
        all.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()).replaceFirst("\\..*", ""))
            .collect(Collectors.toSet());
    assertThat(MODULES.keySet()).containsAll(modules);
  }

  @Test
  void theServersPackagesImportOnlyDownward() {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      String name = FLOORS.get(floor);
      String[] allowed =
          FLOORS.subList(0, floor + 1).stream()
              .map(below -> ROOT + "server." + below + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(ROOT + "server." + name + "..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(ROOT + "server..").and(not(resideInAnyPackage(allowed))))
          .as("server." + name + " imports only what lies below it")
          .allowEmptyShould(true)
          .check(all);
    }
  }

  @Test
  void everyPackageOfTheServerHasItsFloor() {
    String server = ROOT + "server.";
    Set<String> packages =
        all.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(server))
            .map(name -> name.substring(server.length()).replaceFirst("\\..*", ""))
            .collect(Collectors.toSet());
    assertThat(FLOORS).containsAll(packages);
  }

  @Test
  void noPackagesGoInCircles() {
    for (String module : List.of("agent", "server", "cli", "simulator")) {
      slices()
          .matching(ROOT + module + ".(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(all);
    }
  }

  @Test
  void onlyHttpAndRoutesImportJavalin() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "server.http..")
        .and()
        .haveNameNotMatching(".*Routes(\\$.*)?")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "server.access.Role") // routes are declared with them
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "server.access.Segmented")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.javalin..")
        .check(all);
  }

  @Test
  void theServerWritesOnlyToItsLog() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.logging..")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(all);
  }

  @Test
  void onlyTheEdgeReadsTheClockOrSleeps() {
    Map<String, String> uses = new TreeMap<>();
    for (JavaClass each : all) {
      if (CLOCKS.containsKey(outermost(each).substring(ROOT.length()))
          || each.getPackageName().startsWith(ROOT + "testkit")) {
        continue;
      }
      for (JavaAccess<?> access : each.getAccessesFromSelf()) {
        if (READS_THE_CLOCK.test(access)) {
          uses.put(outermost(each), access.getDescription());
        }
      }
    }
    assertThat(uses).isEmpty();
  }

  private static final DescribedPredicate<JavaAccess<?>> READS_THE_CLOCK =
      DescribedPredicate.describe(
          "reads the machine's clock or sleeps",
          access -> {
            JavaClass owner = access.getTargetOwner();
            String name = access.getTarget().getName();
            return (owner.isEquivalentTo(Instant.class)
                    && access.getTarget().getFullName().endsWith(".now()"))
                || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                || (owner.isEquivalentTo(Thread.class) && name.equals("sleep"))
                || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
                || (owner.isEquivalentTo(InstantSource.class) && name.equals("system"));
          });

  private static String outermost(JavaClass each) {
    return each.getName().replaceFirst("\\$.*", "");
  }

  @Test
  void nothingIsNamedForBeingASundryDrawer() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..common..", "..impl..", "..manager..", "..helper..")
        .orShould()
        .haveNameMatching(".*(Utils?|Helper|Manager|Impl)")
        .check(all);
  }

  @Test
  void theFirstClassesAreWhereTheLauncherLooks() {
    classes().that().haveFullyQualifiedName(ROOT + "app.Main").should().bePublic().check(all);
  }
}
